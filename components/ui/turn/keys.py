"""The keys of a turn's containers, which scripts and style sheets find by them."""

from __future__ import annotations

from typing import Literal

Section = Literal["thinking", "answer", "stats", "sources", "menu", "actions"]


def turn_key(number: int, section: Section | None = None) -> str:
    """The key of the container of turn `number` (from 1), or of a section of it."""
    return f"turn-{number}" if section is None else f"turn-{number}-{section}"
