r"""Text of others within sentences of ours, which Streamlit reads as Markdown of its own dialect.

Whatever the text holds, it is read as it is: no picture, no colour, no icon, no emoji, no arrow, no formula, and no
link but an address that is written out.
A backslash keeps a mark of Markdown from being one. Streamlit (1.67) sets arrows, dashes and icons after the
backslashes are gone, wherever their characters stand in one stretch of text; an empty coloured stretch between them,
which has no width and no character, keeps them apart.
"""

from __future__ import annotations

import re
from functools import lru_cache

from components.core.texts import whole_characters

_APART = ":gray[]"
_WORD = re.compile(r"(?P<start>^[ \t]*)?(?P<word>\S+)", re.MULTILINE)
_MARK = re.compile(r"[\\`*_\[\]$~<&|@]|(?<=www)\.")
_BLOCK = re.compile(r"[#+>=-]|(?<=\d)[.)]")
_CODE = re.compile(r"(`[^`\n]+`)")
_PARTS_OF_A_SIGN = re.compile(r"(?<=[-=<>~!])(?=[-=<>~])|(?<=:)(?=material/|streamlit)")


def escaped(text: str) -> str:
    """The text as Streamlit's Markdown that is read as the text; line breaks and indents are spaces in it, as ever."""
    return _WORD.sub(_escaped_word, whole_characters(text))


def _escaped_word(found: re.Match[str]) -> str:
    word = found["word"]
    colons = word.count(":") > 1 or not word.endswith(":")
    before = " " if found["start"] else ""
    return before + _APART.join(
        _escaped_part(part, colons, begins=at == 0 and found["start"] is not None)
        for at, part in enumerate(_PARTS_OF_A_SIGN.split(word))
    )


def _escaped_part(part: str, colons: bool, *, begins: bool) -> str:
    part = _MARK.sub(r"\\\g<0>", part)
    if colons:
        part = part.replace(":", "\\:")
    if begins and not part.startswith("\\"):
        part = _BLOCK.sub(r"\\\g<0>", part, count=1) if _begins_a_block(part) else part
    return part


def _begins_a_block(part: str) -> bool:
    return part[0] in "#+>=-" or bool(re.match(r"\d{1,9}[.)]", part))


def with_dollars(sentence: str) -> str:
    """A sentence of ours, in Markdown, in which every dollar sign is money."""
    return sentence.replace("$", "\\$")


@lru_cache(maxsize=1_000)  # the help of all parameters is drawn at each click
def with_code(sentence: str) -> str:
    """A sentence in which what stands between backticks is code and all else is read as it is."""
    return "".join(part if at % 2 else escaped(part) for at, part in enumerate(_CODE.split(sentence)))


def in_code(text: str) -> str:
    """The text as code within a sentence, whatever backticks it holds."""
    text = " ".join(whole_characters(text).split())
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
