"""What can be done with a conversation: sent, changed, kept, taken elsewhere. Panels and pages call it."""
