"""Functions that the model may call: reading their definitions, and example tools that answer. No I/O here."""
