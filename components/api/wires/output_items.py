"""The output items of a reply in the Responses format: the one that an event belongs to, and its text so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class OutputItem:
    """An item that has begun. `pieces`: of its text so far, by content part; `call`: the number of a tool call."""

    kind: str
    call: int = 0
    call_id: str = ""
    name: str = ""
    pieces: dict[int, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its text so far."""
        return "".join(piece for _, pieces in sorted(self.pieces.items()) for piece in pieces)

    def text_of_part(self, number: int) -> str:
        """The text so far of one content part."""
        return "".join(self.pieces.get(number, ()))


class OutputItems:
    """Finds items by id or by index: servers leave out either, and some change an item's id on the way."""

    def __init__(self) -> None:
        self._items: list[OutputItem] = []
        self._by_key: dict[tuple[str, str | int], OutputItem] = {}

    def of_kind(self, kind: str) -> list[OutputItem]:
        """The items of a kind in the order in which they began."""
        return [item for item in self._items if item.kind == kind]

    def with_id(self, kind: str, ids: Sequence[Any]) -> OutputItem | None:
        """The item that has one of the ids."""
        return next((self._by_key[key] for key in _keys(kind, ids) if key in self._by_key), None)

    def find(self, kind: str, ids: Sequence[Any], index: int | None = None) -> OutputItem:
        """The item with one of the ids, or at the index; without either the latest; if there is none, a new one."""
        keys = _keys(kind, ids)
        item = self.with_id(kind, ids)
        if item is None and index is not None:
            item = self._by_key.get((kind, index))
        elif item is None and not keys:
            item = next(reversed(self.of_kind(kind)), None)
        return self._remember(item or self._new(kind), keys, index)

    def begin(self, kind: str, ids: Sequence[Any], index: int | None = None) -> OutputItem:
        """A new item, unless one of its ids is known; the index alone says nothing, as some servers always send 0."""
        return self._remember(self.with_id(kind, ids) or self._new(kind), _keys(kind, ids), index)

    def _new(self, kind: str) -> OutputItem:
        item = OutputItem(kind, call=len(self.of_kind(kind)))
        self._items.append(item)
        return item

    def _remember(self, item: OutputItem, keys: list[tuple[str, str | int]], index: int | None) -> OutputItem:
        self._by_key.update(dict.fromkeys(keys, item))
        if index is not None:
            self._by_key[item.kind, index] = item
        return item


def _keys(kind: str, ids: Sequence[Any]) -> list[tuple[str, str | int]]:
    return [(kind, id) for id in ids if isinstance(id, str) and id]


def rest_after(text: str, full: str) -> str:
    """What follows `text` in `full`; nothing if it begins otherwise, since an emitted text cannot be taken back."""
    return full[len(text) :] if full.startswith(text) else ""
