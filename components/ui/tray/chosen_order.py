"""`ChosenOrder`: where a file belongs in the tray, whenever it comes.

Of files that are chosen at once the large ones come later than the others, by a way of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class ChosenOrder:
    """`_together`: the name of a file that is still to come -> the names of all that were chosen at once, in order."""

    _together: dict[str, list[str]] = field(default_factory=dict)

    def add(self, names: list[str], attached: Sequence[str]) -> None:
        """Notes the `names` of files that were chosen at once, in order. Those that are `attached` have come."""
        self._together |= {name: names for name in names if name not in attached}

    def place(self, name: str, attached: Sequence[str]) -> int:
        """The place of a file that comes now among the names of what is attached: last, if nothing else is known."""
        names = self._together.pop(name, [])
        number = names.index(name) if name in names else 0
        earlier, later = names[:number], names[number + 1 :]
        if places := [place for place, each in enumerate(attached) if each in earlier]:
            return places[-1] + 1
        return next((place for place, each in enumerate(attached) if each in later), len(attached))
