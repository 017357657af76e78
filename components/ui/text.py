"""Values as text that is shown."""

from __future__ import annotations

import json


def as_json(value: object) -> str:
    """JSON laid out for reading."""
    return whole_characters(json.dumps(value, indent=2, ensure_ascii=False))


def whole_characters(text: str) -> str:
    """The text as a page can hold it: halves of a character that meet are joined, one alone becomes U+FFFD.

    An API may send an emoji's halves in two events, and a file that is imported may hold one half.
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
