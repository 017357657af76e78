"""Get code: a request as a program that sends it. The inverse is `components.api.paste`."""
