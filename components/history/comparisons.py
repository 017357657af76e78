"""Comparisons in the database: their columns, messages and votes. The replies are runs like any other.

`components.tuning` defines `state`. Every function asks for the owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.core.errors import StoreError
from components.core.parts import Message
from components.history.messages import insert_or_update, load_sequence, save_sequence
from components.history.schema import comparison_messages, comparisons
from components.history.store import Store

_MESSAGES_OF = comparison_messages.c.comparison_id


@dataclass(frozen=True, slots=True)
class ComparisonRecord:
    """A stored comparison. `state` is JSON and refers to `messages` by index."""

    id: str
    owner: str
    title: str
    trials: int
    created_at: float
    state: Mapping[str, Any]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ComparisonHead:
    """A line of the list of comparisons."""

    id: str
    title: str
    trials: int
    created_at: float

    @classmethod
    def of(cls, record: ComparisonRecord) -> ComparisonHead:
        """The line of a comparison."""
        return cls(record.id, record.title, record.trials, record.created_at)


def save_comparison(store: Store, record: ComparisonRecord) -> None:
    """Saves the comparison in place of what an earlier call saved.

    Raises: StoreError; also when a comparison of that id is somebody else's.
    """
    row = {name: getattr(record, name) for name in ComparisonRecord.__slots__ if name != "messages"}
    with store.writing() as connection:
        if not insert_or_update(connection, comparisons, row, ("title", "trials", "state"), owned=True):
            raise StoreError("This comparison cannot be saved: its id belongs to somebody else.")
        connection.execute(comparison_messages.delete().where(_MESSAGES_OF == record.id))
        save_sequence(connection, _MESSAGES_OF, record.id, record.messages)


def load_comparison(store: Store, comparison_id: str, owner: str) -> ComparisonRecord | None:
    """The comparison; None if there is none of that id or it is somebody else's. Raises: StoreError."""
    mine = (comparisons.c.id == comparison_id, comparisons.c.owner == owner)
    with store.reading() as connection:
        row = connection.execute(sa.select(comparisons).where(*mine)).first()
        if row is None:
            return None
        messages = load_sequence(connection, _MESSAGES_OF, comparison_id)
    return ComparisonRecord(row.id, row.owner, row.title, row.trials, row.created_at, row.state, messages)


def list_comparisons(store: Store, owner: str) -> list[ComparisonHead]:
    """The owner's comparisons in which something was asked, newest first. Raises: StoreError."""
    query = (
        sa.select(comparisons.c.id, comparisons.c.title, comparisons.c.trials, comparisons.c.created_at)
        .where(comparisons.c.owner == owner, comparisons.c.trials > 0)
        .order_by(comparisons.c.created_at.desc())
    )
    with store.reading() as connection:
        return [ComparisonHead(*row) for row in connection.execute(query)]


def delete_comparison(store: Store, comparison_id: str, owner: str) -> None:
    """Deletes a comparison; its runs stay in the history. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(comparisons.delete().where(comparisons.c.id == comparison_id, comparisons.c.owner == owner))
