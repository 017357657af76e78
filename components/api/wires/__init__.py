"""One file per endpoint: `RunRequest` to its JSON, its events to `StreamEvent`; and what they share. No I/O here."""
