"""What is copied along with code: the fences of Markdown, the prompts of an interpreter, a notebook's own lines."""

from __future__ import annotations

import re

_FENCE = re.compile(r"[ \t]*(```+|~~~+)([^`]*)$")
_PROMPT = re.compile(r"[ \t]*(?:>>>|In \[\d*\]:)(?: |$)")
_MORE = re.compile(r"[ \t]*\.\.\.:?(?: |$)")
_NOTEBOOKS_OWN = re.compile(r"^[ \t]*[%!][ \t]*[\w%].*$", re.MULTILINE)


def fenced(text: str) -> list[str]:
    """The blocks of code in a text written in Markdown; one that is not closed goes on to the end."""
    blocks: list[list[str]] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence and mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
        elif fence:
            blocks[-1].append(line)
        elif mark:
            fence = mark[1]
            blocks.append([])
    return ["\n".join(block) for block in blocks]


def without_prompts(text: str) -> str:
    """What was typed in an interactive interpreter, without its prompts and answers; any other text as it is."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    if not _PROMPT.match(first):
        return text
    typed: list[str] = []
    for line in text.split("\n"):
        if prompt := _PROMPT.match(line) or _MORE.match(line):
            typed.append(line[prompt.end() :])
    return "\n".join(typed)


def without_magics(text: str) -> str:
    """A notebook's cell without the lines that are for the notebook (``%time``) or the shell (``!pip``)."""
    return _NOTEBOOKS_OWN.sub("", text)
