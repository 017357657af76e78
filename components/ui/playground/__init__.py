"""The playground page: toolbar, conversation, message box, and the dialogs that the toolbar opens."""
