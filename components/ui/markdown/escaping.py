r"""Text of others within sentences of ours, which Streamlit reads as Markdown of its own dialect.

Any text is shown as it is: no picture, colour, icon, emoji, arrow or formula, and no link but a written-out address.
A backslash escapes a mark of Markdown. Streamlit (1.67) replaces the characters of arrows, dashes and icons after the
backslashes are gone, if they are in one stretch of text; an empty coloured stretch between them, which has no width
and no character, prevents that.
"""

from __future__ import annotations

import re
from functools import lru_cache

from components.core.texts import whole_characters

_SEPARATOR = ":gray[]"
_WORD = re.compile(r"(?P<start>^[ \t]*)?(?P<word>\S+)", re.MULTILINE)
_MARK = re.compile(r"[\\`*_\[\]$~<&|@]|(?<=www)\.")
_BLOCK = re.compile(r"[#+>=-]|(?<=\d)[.)]")
_CODE = re.compile(r"(`[^`\n]+`)")
_BETWEEN_SIGNS = re.compile(r"(?<=[-=<>~!])(?=[-=<>~])|(?<=:)(?=material/|streamlit)")


def escaped(text: str) -> str:
    """The text escaped for Streamlit's Markdown; line breaks and indents become spaces, as always in Markdown."""
    return _WORD.sub(_escaped_word, whole_characters(text))


def _escaped_word(found: re.Match[str]) -> str:
    word = found["word"]
    colons = word.count(":") > 1 or not word.endswith(":")
    before = " " if found["start"] else ""
    return before + _SEPARATOR.join(
        _escaped_piece(piece, colons, begins=at == 0 and found["start"] is not None)
        for at, piece in enumerate(_BETWEEN_SIGNS.split(word))
    )


def _escaped_piece(piece: str, colons: bool, *, begins: bool) -> str:
    piece = _MARK.sub(r"\\\g<0>", piece)
    if colons:
        piece = piece.replace(":", "\\:")
    if begins and not piece.startswith("\\"):
        piece = _BLOCK.sub(r"\\\g<0>", piece, count=1) if _begins_a_block(piece) else piece
    return piece


def _begins_a_block(piece: str) -> bool:
    return piece[0] in "#+>=-" or bool(re.match(r"\d{1,9}[.)]", piece))


def with_dollars(sentence: str) -> str:
    """A sentence of ours, in Markdown, in which every dollar sign is money."""
    return sentence.replace("$", "\\$")


@lru_cache(maxsize=1_000)  # the help of all parameters is drawn at each click
def with_code(sentence: str) -> str:
    """A sentence in which text between backticks is code and all other text is escaped."""
    return "".join(piece if at % 2 else escaped(piece) for at, piece in enumerate(_CODE.split(sentence)))


def in_code(text: str) -> str:
    """The text as code within a sentence, even if it has backticks."""
    text = " ".join(whole_characters(text).split())
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
