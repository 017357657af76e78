"""The model cards of the stored runs: each stored once, by the SHA-256 of its JSON, however many runs it answered.

A run that was recorded before requests carried cards has none: it asked the default model, the only one then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from components.core.card import NO_CARD, ModelCard
from components.history.messages import batches, insert_new
from components.history.schema import cards
from components.params.card import card_from
from components.params.cards import default_card

_NONE = ""


def card_key(card: ModelCard) -> str:
    """The key by which the JSON of a request names the card; empty without one."""
    if not card.raw:
        return _NONE
    return hashlib.sha256(json.dumps(card.raw, sort_keys=True).encode()).hexdigest()


def save_card(connection: sa.Connection, card: ModelCard) -> None:
    """Stores the card if it is not there yet."""
    if key := card_key(card):
        if connection.execute(sa.select(cards.c.sha256).where(cards.c.sha256 == key)).first() is None:
            connection.execute(insert_new(connection, cards), {"sha256": key, "card": dict(card.raw)})


def load_cards(connection: sa.Connection, requests: Iterable[Mapping[str, Any]]) -> dict[str, ModelCard]:
    """The cards that the JSON of requests names, by their keys."""
    keys = sorted({key for request in requests if (key := request.get("card"))})
    return {
        row.sha256: card_from(row.card)
        for some in batches(keys)
        for row in connection.execute(sa.select(cards).where(cards.c.sha256.in_(some)))
    }


def card_of(run: Mapping[Any, Any], known: Mapping[str, ModelCard]) -> ModelCard:
    """The card of a stored run, of the `known` ones, as it holds at the address that was asked."""
    key = run["request"].get("card")
    card = default_card() if key is None else known.get(key, NO_CARD)
    return card.at(None if run["simulated"] else run["base_url"])
