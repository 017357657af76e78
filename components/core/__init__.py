"""Values that every other folder speaks in. Standard library only; nothing here does I/O."""
