"""One file per endpoint: `RunRequest` to its JSON, its events to `StreamEvent`. No I/O here."""
