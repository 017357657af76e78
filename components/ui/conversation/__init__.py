"""What panels and pages do with a conversation: send, change, save, export and move it."""
