"""Texts of others as a page or a file can hold them."""

from __future__ import annotations


def whole_characters(text: str) -> str:
    """The text as a page or a file can hold it: halves of a character that meet are joined, one alone becomes U+FFFD.

    An API may send an emoji's halves in two events, and a file that is imported may hold one half.
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def cut(text: str, most: int) -> str:
    """The text in at most `most` characters, the last of them … where some are left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
