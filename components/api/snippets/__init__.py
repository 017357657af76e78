"""Get code: writes a program that sends a request. The inverse of `paste`."""
