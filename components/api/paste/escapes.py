"""Backslash escapes in texts of bash (``$'…'``) and JavaScript -> the characters they mean."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))",
    re.DOTALL,
)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": ""}


def unescape(text: str) -> str:
    """The text with its escapes replaced. A character beyond U+FFFF may be written as two halves, which are joined."""
    return _ESCAPE.sub(_character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    *hexadecimal, octal, other = escape.groups()
    if other:
        return _CONTROLS.get(other, other)
    code = int(octal, 8) if octal else int(next(filter(None, hexadecimal)), 16)
    return chr(code) if code < 0x110000 else "\ufffd"
