"""`HistoryView`: what the history page remembers between two clicks. What it shows is in its address."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.ui.state import Lasts, PanelState


@dataclass
class HistoryView(PanelState, lasts=Lasts.OWNER):
    """`deleted`: the runs that were deleted last, to be restored. `listed`: keys of the rows drawn last; `selected`: of
    the chosen ones. `table_number` grows with each new table; `listing`: what the list was narrowed to and sorted by.

    `compared`: the two runs whose comparison is open. `noted`: the runs whose note and tags are.
    """

    deleted: list[str] = field(default_factory=list)
    listed: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    table_number: int = 0
    listing: object = None
    compared: tuple[str, str] | None = None
    noted: list[str] = field(default_factory=list)
