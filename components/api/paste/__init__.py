"""Paste code: reads the request in a command, a body or a program, without running it. The inverse of `snippets`."""
