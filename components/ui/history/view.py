"""`HistoryView`: what a session's history page remembers between two clicks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class HistoryView:
    """`deleted`: the runs that were deleted last, to bring back. `chosen`: counts emptied selections.

    `compared`: the two runs whose comparison is open. `note`: the runs whose note and tags are.
    """

    deleted: list[str] = field(default_factory=list)
    chosen: int = 0
    compared: tuple[str, str] | None = None
    noted: list[str] = field(default_factory=list)
