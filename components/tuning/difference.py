"""The difference of two texts, word by word. Nothing is drawn here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

Kind = Literal["same", "removed", "added"]

_WORD = re.compile(r"\S+|\s+")
# Fewer words in common between two changes are easier to read as part of the change.
_WORTH_KEEPING = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have (`same`), or only the first (`removed`), or only the second (`added`)."""

    kind: Kind
    text: str


def word_difference(before: str, after: str) -> tuple[Piece, ...]:
    """What to take out of `before` and put in to get `after`.

    The `same` and `added` pieces make up `after` to the letter; of `before` white space may differ, which is not
    compared except for line breaks. 30,000 words a side take about a second.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[tuple[Kind, list[str]]] = []

    def add(kind: Kind, words: list[str]) -> None:
        if words:
            pieces.append((kind, words))

    for code in Levenshtein.opcodes([_key(word) for word in old], [_key(word) for word in new]):
        taken, put = old[code.src_start : code.src_end], new[code.dest_start : code.dest_end]
        if code.tag == "equal":
            add("same", put)
        else:
            add("removed", taken)
            add("added", put)
    return _joined(pieces)


def _is_odd(words: list[str]) -> bool:
    return sum(not word.isspace() for word in words) < _WORTH_KEEPING and not any("\n" in word for word in words)


def _key(word: str) -> str:
    return word if not word.isspace() else "\n" if "\n" in word else " "


def _joined(pieces: list[tuple[Kind, list[str]]]) -> tuple[Piece, ...]:
    """Joins neighbouring changes, and single words in common between them, into one removal and one addition."""
    joined: list[Piece] = []
    removed: list[str] = []
    added: list[str] = []

    def close() -> None:
        for kind, words in (("removed", removed), ("added", added)):
            if words:
                joined.append(Piece("removed" if kind == "removed" else "added", "".join(words)))
                words.clear()

    for index, (kind, words) in enumerate(pieces):
        if kind == "removed":
            removed += words
        elif kind == "added":
            added += words
        elif (removed or added) and index + 1 < len(pieces) and _is_odd(words):
            removed += words
            added += words
        else:
            close()
            joined.append(Piece("same", "".join(words)))
    close()
    return tuple(joined)
