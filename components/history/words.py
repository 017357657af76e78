"""Splits texts into words, for the index and for queries alike, so that what is there is found.

A word is letters and digits, folded: case, accents and width make no difference. Chinese, Japanese and Korean are
written without spaces: there each character is a word, and a longer term is a phrase of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003fffd]"
    "|[^\\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003fffd]+"
)
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
# The longest token that PostgreSQL indexes has 2,046 bytes; nobody looks for more of a word than this.
_LONGEST = 60
# From this length on the beginning of a word finds it: the index has a list of beginnings.
_SHORTEST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; `open`: the last one is only the beginning of a word."""

    words: tuple[str, ...]
    open: bool


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    if text.isascii():
        folded = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        # NFKD takes Korean syllables apart; NFC puts them together again.
        folded = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return [word[:_LONGEST] for word in _WORD.findall(folded)]


def terms(query: str) -> list[Term]:
    """The terms of a typed query, all of which must be found. Quotes make a phrase of whole words."""
    found = []
    for quoted, bare in _TERM.findall(query):
        parts = tuple(words(quoted or bare))
        if parts:
            last = parts[-1]
            found.append(Term(parts, not quoted and len(last) >= _SHORTEST_BEGINNING and last.isascii()))
    return found
