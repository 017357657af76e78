"""The output items of earlier replies on /responses, so that an ``item_reference`` can stand for one of them.

Several clients (the `@ai-sdk/openai` package by default) send back ids instead of the items. In memory, bounded, and
each key finds its own only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from components.gateway.errors import GatewayError, bad_request

_REPLIES_KEPT = 500

Item = Mapping[str, Any]


class OutputItems:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._replies: OrderedDict[str, tuple[str, Sequence[Item]]] = OrderedDict()
        self._lock = Lock()

    def keep(self, reply_id: str, key: str, items: Sequence[Item]) -> None:
        """Keeps the items of a reply, which may still be growing: what is in it when somebody refers to it is found."""
        with self._lock:
            self._replies[reply_id] = key, items
            while len(self._replies) > _REPLIES_KEPT:
                self._replies.popitem(last=False)

    def resolved(self, body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """The body with each reference replaced by its item.

        Raises: GatewayError 400 or 404 that names the reference.
        """
        given = body.get("input")
        if not isinstance(given, list) or not any(_is_reference(item) for item in given):
            return body
        with self._lock:
            known = {
                item["id"]: item for owner, items in self._replies.values() if owner == key for item in list(items)
            }
        return {**body, "input": [_resolved(item, index, known) for index, item in enumerate(given)]}


def _is_reference(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "item_reference"


def _resolved(item: object, index: int, known: Mapping[str, Item]) -> object:
    if not isinstance(item, dict) or not _is_reference(item):
        return item
    where, id = f"input[{index}].id", item.get("id")
    if not isinstance(id, str):
        raise bad_request(f"'{where}' is required in an item_reference and must be a string, got {id!r}.", where)
    if id not in known:
        raise GatewayError(
            404,
            "item_not_found",
            f"'input[{index}]' is an item_reference to {id!r}, which is not among the items of the latest "
            f"{_REPLIES_KEPT} replies of this server. Send the item itself.",
            param=where,
        )
    return known[id]
