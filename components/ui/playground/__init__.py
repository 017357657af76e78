"""The playground page: message box, toolbar, sending, what is kept, and what can be done with a conversation."""
