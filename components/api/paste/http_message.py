"""A request as it goes over the line, or as the REST client of an editor keeps it -> the body in it."""

from __future__ import annotations

import re

from components.api.paste.json_text import read_json_text
from components.api.paste.pasted import Found, wire_of
from components.core.errors import PasteError

_REQUEST = re.compile(r"(?:#[^\n]*\n|//[^\n]*\n|\s)*(GET|POST|PUT|PATCH|DELETE)\s+(\S+)(?:\s+HTTP/[\d.]+)?[ \t]*\r?\n")
_HEADERS = re.compile(r"(?:[\w-]+:[^\n]*\n)*\s*", re.ASCII)


def looks_like_http(text: str) -> bool:
    """True when it begins with a request line."""
    return _REQUEST.match(text) is not None


def read_http(text: str) -> Found:
    """Raises: PasteError if it is no POST with JSON."""
    line = _REQUEST.match(text)
    if line is None or line[1] != "POST":
        raise PasteError("It is no POST request; only POST sends a prompt.")
    headers = _HEADERS.match(text, line.end())
    body = text[headers.end() if headers else line.end() :]
    if not body.strip():
        raise PasteError("The request has no body, so there is nothing to take over.")
    fields, _ = read_json_text(body)
    if not isinstance(fields, dict):
        raise PasteError("The body of the request is not a JSON object.")
    return Found("HTTP request", fields, wire_of(line[2]))
