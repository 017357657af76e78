"""A turn of the conversation: thinking beside the answer, figures, calls, what was sent, and the wire laid open."""
