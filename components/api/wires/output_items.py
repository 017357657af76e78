"""The output items of a reply in the Responses format: which one an event means, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class OutputItem:
    """An item that has begun. `said`: the pieces of its text so far, by part; `call` numbers the tool calls."""

    kind: str
    call: int = 0
    call_id: str = ""
    name: str = ""
    said: dict[int, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that was said."""
        return "".join(piece for _, pieces in sorted(self.said.items()) for piece in pieces)

    def part(self, number: int) -> str:
        """What was said in one part."""
        return "".join(self.said.get(number, ()))


class OutputItems:
    """Finds items again by id or by place: servers leave out either, and some change an item's id on the way."""

    def __init__(self) -> None:
        self._items: list[OutputItem] = []
        self._known: dict[tuple[str, str | int], OutputItem] = {}

    def of_kind(self, kind: str) -> list[OutputItem]:
        """The items of a kind in the order in which they began."""
        return [item for item in self._items if item.kind == kind]

    def named(self, kind: str, ids: Sequence[Any]) -> OutputItem | None:
        """The item that has one of the ids."""
        return next((self._known[name] for name in _names(kind, ids) if name in self._known), None)

    def find(self, kind: str, ids: Sequence[Any], place: int | None = None) -> OutputItem:
        """The item with one of the ids, else at the place, else, when nothing is named, the latest; else a new one."""
        names = _names(kind, ids)
        item = self.named(kind, ids)
        if item is None and place is not None:
            item = self._known.get((kind, place))
        elif item is None and not names:
            item = next(reversed(self.of_kind(kind)), None)
        return self._noted(item or self._new(kind), names, place)

    def begin(self, kind: str, ids: Sequence[Any], place: int | None = None) -> OutputItem:
        """A new item, unless one of its ids is known: a place alone is no sign, there are servers that only say 0."""
        return self._noted(self.named(kind, ids) or self._new(kind), _names(kind, ids), place)

    def _new(self, kind: str) -> OutputItem:
        item = OutputItem(kind, call=len(self.of_kind(kind)))
        self._items.append(item)
        return item

    def _noted(self, item: OutputItem, names: list[tuple[str, str | int]], place: int | None) -> OutputItem:
        self._known.update(dict.fromkeys(names, item))
        if place is not None:
            self._known[item.kind, place] = item
        return item


def _names(kind: str, ids: Sequence[Any]) -> list[tuple[str, str | int]]:
    return [(kind, id) for id in ids if isinstance(id, str) and id]


def beyond(said: str, full: str) -> str:
    """What `full` says after `said`; nothing when it does not continue it, since what was said cannot be unsaid."""
    return full[len(said) :] if full.startswith(said) else ""
