"""What is known of a request before the reply is written, and the outline of the reply: pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.core.card import ParameterValue
from components.gateway.conversation import Request
from components.gateway.directive import Directive
from components.gateway.media.clips import ClipStats
from components.gateway.media.picture_stats import PictureStats
from components.gateway.search import Source
from components.gateway.text_files import TextFile
from components.gateway.thinking import ThinkingPlan

_AMOUNT = re.compile(r"(\d[\d,. ]*)[- ]*words?\b", re.IGNORECASE)
_LONG = re.compile(
    r"\b(long|lengthy|detailed|in depth|in-depth|comprehensive|essay|thorough(?:ly)?|exhaustive)\b", re.I
)
_SHORT = re.compile(
    r"\b(briefly|brief|short|shortly|concise(?:ly)?|one (?:sentence|word|line)|in a (?:sentence|word|line))\b", re.I
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the conversation. `number` counts from 1 over all turns.

    `stats`: what was measured; None for a picture given as an `address`, which is not fetched.
    """

    number: int
    stats: PictureStats | None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One request, measured.

    `prompt`: the words of the last user message, without text files, frame captions and the simulate line.
    `files`, `pictures`, `clips`: of the last user message; `earlier_...`: of the turns before, oldest first.
    `parameters`: every parameter with its value in force; `request.given` has those that were really sent.
    """

    request: Request
    prompt: str
    earlier_questions: tuple[str, ...]
    earlier_answers: tuple[str, ...]
    files: tuple[TextFile, ...]
    pictures: tuple[Picture, ...]
    clips: tuple[ClipStats, ...]
    earlier_pictures: tuple[Picture, ...]
    earlier_clips: tuple[ClipStats, ...]
    sources: tuple[Source, ...]
    thinking: ThinkingPlan
    parameters: Mapping[str, ParameterValue | None]
    directive: Directive
    prompt_tokens: int
    cached_tokens: int

    def number(self, name: str) -> float:
        """The value in force of a numeric parameter; it is checked, or its documented default."""
        value = self.parameters[name]
        assert isinstance(value, int | float)
        return value

    @property
    def wanted_words(self) -> int | None:
        """How long the reply should be, if the prompt says so, or else the system prompt."""
        wanted = _wanted_words(self.prompt)
        return wanted if wanted is not None else _wanted_words(self.request.system)


def _wanted_words(text: str) -> int | None:
    """The length that a text asks for: a number of words; 40 for "short", 900 for "long"."""
    if match := _AMOUNT.search(text):
        digits = re.sub(r"\D", "", match.group(1))
        if digits and 0 < int(digits) <= 50_000:
            return int(digits)
    if _SHORT.search(text):
        return 40
    return 900 if _LONG.search(text) else None


@dataclass(frozen=True, slots=True)
class Outline:
    """What a reply is about. `thoughts`: paragraphs of thinking; `blocks`: the answer in Markdown, heading first.

    `kind` names it for the reader, e.g. ``arithmetic``. `bare`: a program reads the answer, so nothing is written
    beside the blocks.
    """

    kind: str
    thoughts: tuple[str, ...]
    blocks: tuple[str, ...]
    bare: bool = False
