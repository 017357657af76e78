"""All that is known of one request before a word of the reply is written: pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.core.card import ParameterValue
from components.gateway.conversation import Request, Turn
from components.gateway.directive import Directive
from components.gateway.media.clips import ClipSight
from components.gateway.media.sight import Sight
from components.gateway.thinking import ThinkingPlan

if TYPE_CHECKING:
    from components.gateway.search import Source

_AMOUNT = re.compile(r"(\d[\d,. ]*)[- ]*words?\b", re.IGNORECASE)
_LONG = re.compile(
    r"\b(long|lengthy|detailed|in depth|in-depth|comprehensive|essay|thorough(?:ly)?|exhaustive)\b", re.I
)
_SHORT = re.compile(
    r"\b(briefly|brief|short|shortly|concise(?:ly)?|one (?:sentence|word|line)|in a (?:sentence|word|line))\b", re.I
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the conversation. `number` counts from 1 over all turns; `sight` is None if it was not fetched."""

    number: int
    sight: Sight | None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """`prompt`: the words of the last user message, without frame captions and without the simulate line.

    `pictures`, `clips`: of the last user message; `earlier_pictures`, `earlier_clips`: of the turns before.
    `parameters`: every parameter with its value in force; `request.given` tells which were really sent.
    """

    request: Request
    prompt: str
    earlier: tuple[Turn, ...]
    pictures: tuple[Picture, ...]
    clips: tuple[ClipSight, ...]
    earlier_pictures: tuple[Picture, ...]
    earlier_clips: tuple[ClipSight, ...]
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
    def earlier_questions(self) -> list[str]:
        """What the user wrote before, oldest first."""
        return [turn.text for turn in self.earlier if turn.role == "user" and turn.text.strip()]

    @property
    def earlier_answers(self) -> list[str]:
        """What the assistant wrote before, oldest first."""
        return [turn.text for turn in self.earlier if turn.role == "assistant" and turn.text.strip()]

    @property
    def wanted_words(self) -> int | None:
        """How long the reply should be if the prompt says so: a number of words; 900 for "long", 40 for "short"."""
        if match := _AMOUNT.search(self.prompt):
            digits = re.sub(r"\D", "", match.group(1))
            if digits and 0 < int(digits) <= 50_000:
                return int(digits)
        if _SHORT.search(self.prompt):
            return 40
        return 900 if _LONG.search(self.prompt) else None


@dataclass(frozen=True, slots=True)
class Work:
    """What a task came to. `plan`: thinking paragraphs that show the way; `blocks`: the answer in Markdown.

    `kind` names the task for the reader, e.g. ``arithmetic``.
    """

    kind: str
    plan: tuple[str, ...]
    blocks: tuple[str, ...]
