"""`Step`: what one message of a body's history does, whatever the format. The rules between messages read these."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Step:
    """The calls that a message makes, the calls it answers, and its thinking; None: it has no place for any."""

    role: str
    calls: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    thinking: str | None = None
