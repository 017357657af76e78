"""Markdown building blocks: tables, fences, lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A pipe table; pipes and line breaks inside cells are made harmless."""
    lines = [_row(head), "|" + "|".join(" --- " for _ in head) + "|"]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def fence(code: str, language: str = "python") -> str:
    """A fenced code block."""
    return f"```{language}\n{code.strip()}\n```"


def bullets(items: Iterable[str]) -> str:
    """A bullet list."""
    return "\n".join(f"- {item}" for item in items)


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
