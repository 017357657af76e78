"""Values that every other folder speaks in, and what keeps a clip's bytes from harm. Standard library only; no I/O."""
