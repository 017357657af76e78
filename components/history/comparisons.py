"""Comparisons in the database: their columns, messages and votes. The replies are runs like any other.

What `state` says is `components.tuning`'s. Every function asks for the owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.core.errors import StoreError
from components.core.parts import Message
from components.history.messages import insert_new, load_messages, save_messages
from components.history.part_json import content_of
from components.history.schema import comparison_messages, comparisons
from components.history.store import Store


@dataclass(frozen=True, slots=True)
class ComparisonRecord:
    """A comparison as it is kept. `state` is JSON and refers to `messages` by their place."""

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
    """Writes the comparison as it stands; what an earlier call wrote of it is replaced.

    Raises: StoreError; also when a comparison of that id is somebody else's.
    """
    frame = {"title": record.title, "trials": record.trials, "state": record.state}
    mine = (comparisons.c.id == record.id, comparisons.c.owner == record.owner)
    with store.writing() as connection:
        fresh = {"id": record.id, "owner": record.owner, "created_at": record.created_at, **frame}
        connection.execute(insert_new(connection, comparisons), fresh)
        if connection.execute(comparisons.update().where(*mine), frame).rowcount == 0:
            raise StoreError("This comparison cannot be saved: its id belongs to somebody else.")
        contents = [content_of(message) for message in record.messages]
        numbers = save_messages(connection, contents)
        connection.execute(comparison_messages.delete().where(comparison_messages.c.comparison_id == record.id))
        rows = [
            {"comparison_id": record.id, "position": position, "message_number": numbers[content.sha256]}
            for position, content in enumerate(contents)
        ]
        if rows:
            connection.execute(comparison_messages.insert(), rows)


def load_comparison(store: Store, comparison_id: str, owner: str) -> ComparisonRecord | None:
    """The comparison; None if there is none of that id or it is somebody else's. Raises: StoreError."""
    mine = (comparisons.c.id == comparison_id, comparisons.c.owner == owner)
    sent = (
        sa.select(comparison_messages.c.message_number)
        .where(comparison_messages.c.comparison_id == comparison_id)
        .order_by(comparison_messages.c.position)
    )
    with store.reading() as connection:
        row = connection.execute(sa.select(comparisons).where(*mine)).first()
        if row is None:
            return None
        numbers = connection.execute(sent).scalars().all()
        contents = load_messages(connection, numbers)
    messages = tuple(contents[number].message() for number in numbers)
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
    """Takes a comparison away; the runs it made stay in the history. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(comparisons.delete().where(comparisons.c.id == comparison_id, comparisons.c.owner == owner))
