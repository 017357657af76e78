"""The reference page, and what its "Try it" buttons set."""
