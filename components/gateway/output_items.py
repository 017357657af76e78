"""The output items of earlier replies on /responses, so that an ``item_reference`` can stand for one of them.

Several clients (the `@ai-sdk/openai` package by default) send back ids instead of the items. In memory, bounded, and
each key finds its own only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.gateway.errors import GatewayError, bad_request
from components.gateway.recent import Recent

_REPLIES_KEPT = 500

Item = Mapping[str, Any]


class OutputItems:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._replies: Recent[tuple[str, Sequence[Item]]] = Recent(_REPLIES_KEPT)

    def store(self, reply_id: str, key: str, items: Sequence[Item]) -> None:
        """Stores the items of a reply, which may still be growing: a later reference finds what is there then."""
        self._replies.put(reply_id, (key, items))

    def resolved(self, body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """The body with each reference replaced by its item.

        Raises: GatewayError 400 or 404 that names the reference.
        """
        given = body.get("input")
        if not isinstance(given, list) or not any(map(_is_reference, given)):
            return body
        replies = self._replies.values()
        known = {item["id"]: item for owner, items in replies if owner == key for item in list(items)}
        return {
            **body,
            "input": [
                _item(item.get("id"), index, known) if _is_reference(item) else item for index, item in enumerate(given)
            ],
        }


def _is_reference(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "item_reference"


def _item(id: object, index: int, known: Mapping[str, Item]) -> Item:
    where = f"input[{index}].id"
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
