"""`Step`: what `lint` needs to know about one message of a body, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Step:
    """The ids of the calls that a message makes and of those it answers, and its thinking; None: it has none."""

    role: str
    calls: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    thinking: str | None = None
