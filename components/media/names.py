"""A file's name as it may be shown, used in a sentence and sent beside a frame."""

from __future__ import annotations

import re
import unicodedata

# [own] Long enough for what people call their files; 255 bytes is what most file systems allow.
LONGEST_NAME = 100
_ENDING = re.compile(r"\.[^.\s]{1,8}$")


def file_name(name: str) -> str:
    """Gives the name without folders, control and invisible direction marks, on one line and not too long.

    Its ending stays: it decides how the file is read.
    """
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    visible = "".join(" " if character.isspace() else character for character in last if not _is_control(character))
    short = " ".join(visible.split())
    if len(short) > LONGEST_NAME:
        ending = match[0] if (match := _ENDING.search(short)) else ""
        short = f"{short[: LONGEST_NAME - len(ending) - 1]}…{ending}"
    return short or "unnamed"


def _is_control(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" and not character.isspace()
