"""Paste code: a request read out of a command, a body or a program, which is never run. The inverse of `snippets`."""
