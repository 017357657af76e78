"""The page that compares: columns of settings, one message box, replies side by side."""
