"""Texts of others as a page or a file can hold them."""

from __future__ import annotations

import unicodedata

# Letters and marks that are drawn as nothing or as a space: fillers of Hangul, the empty pattern of Braille, the
# combining grapheme joiner. What is white space or invisible otherwise has a category that says so.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def whole_characters(text: str) -> str:
    """The text as a page or a file can hold it: halves of a character that meet are joined, one alone becomes U+FFFD.

    An API may send an emoji's halves in two events, and a file that is imported may hold one half.
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_blank(text: str) -> bool:
    """True when nothing of the text can be seen: it is empty, or white space and invisible characters of any kind.

    Variation selectors count as invisible where nothing is before them that they could vary.
    """
    return all(
        character in _INVISIBLE
        or unicodedata.category(character) in _CATEGORIES
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        for character in text
    )


def cut(text: str, most: int) -> str:
    """The text in at most `most` characters, the last of them … where some are left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
