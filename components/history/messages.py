"""Messages and their media in the database: each is stored once, however many rows refer to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from components.core.parts import Message
from components.history.part_json import Blob, Content, canonical, content_of
from components.history.schema import media, message_media, messages

# SQLite takes 32,766 values in one statement, PostgreSQL's protocol 65,535.
_AT_ONCE = 1_000

_Value = TypeVar("_Value")


def save_messages(connection: sa.Connection, contents: Sequence[Content]) -> dict[str, int]:
    """Stores those that are not stored yet; returns the number of each, by its SHA-256."""
    wanted = {content.sha256: content for content in contents}
    numbers = _numbers(connection, wanted)
    # Sorted, here and below: two processes that insert the same rows in different orders would block each other.
    missing = {sha256: wanted[sha256] for sha256 in sorted(wanted.keys() - numbers.keys())}
    if missing:
        _save_media(connection, missing.values())
        rows = [
            {"sha256": sha256, "role": content.role, "parts": json.loads(content.parts)}
            for sha256, content in missing.items()
        ]
        connection.execute(insert_new(connection, messages), rows)
        numbers |= _numbers(connection, missing)
        links = [
            {"message_number": numbers[sha256], "sha256": medium}
            for sha256, content in missing.items()
            for medium in sorted(content.media & content.blobs.keys())
        ]
        if links:
            connection.execute(insert_new(connection, message_media), links)
    return numbers


def load_messages(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, Message]:
    """The messages of these numbers with their media."""
    contents: dict[int, Content] = {}
    blobs: dict[str, Blob] = {}
    for some in batches(sorted(set(numbers))):
        rows = connection.execute(sa.select(messages).where(messages.c.number.in_(some))).all()
        linked = sa.select(message_media.c.sha256).where(message_media.c.message_number.in_(some))
        for row in connection.execute(sa.select(media).where(media.c.sha256.in_(linked))):
            blobs[row.sha256] = Blob(row.data, row.media_type)
        for row in rows:
            contents[row.number] = Content(row.role, canonical(row.parts), blobs)
    return {number: content.message() for number, content in contents.items()}


def save_sequence(
    connection: sa.Connection, reference: sa.Column[Any], owner_id: str | int, sequence: Iterable[Message]
) -> None:
    """Stores the messages of a sweep, a comparison or a run, in their order.

    `reference`: the column that refers to it, in a table with the columns `position` and `message_number`; `owner_id`:
    its value. The table must have no row of that value yet.
    """
    contents = [content_of(message) for message in sequence]
    numbers = save_messages(connection, contents)
    rows = [
        {reference.name: owner_id, "position": position, "message_number": numbers[content.sha256]}
        for position, content in enumerate(contents)
    ]
    for some in batches(rows):
        connection.execute(reference.table.insert(), some)


def load_sequence(connection: sa.Connection, reference: sa.Column[Any], owner_id: str | int) -> tuple[Message, ...]:
    """The messages that `save_sequence` stored, in their order."""
    table = reference.table
    query = sa.select(table.c.message_number).where(reference == owner_id).order_by(table.c.position)
    numbers = connection.execute(query).scalars().all()
    found = load_messages(connection, numbers)
    return tuple(found[number] for number in numbers)


def insert_new(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that passes over rows that are there already."""
    return _insert(connection, table).on_conflict_do_nothing()


def insert_or_update(
    connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], changing: Iterable[str], owned: bool = False
) -> bool:
    """Inserts a row, or updates its `changing` columns if one of the same primary key is there.

    `owned`: a row of another owner is left as it is. Returns whether the row was written.
    """
    insert = _insert(connection, table).values(**row)
    statement = insert.on_conflict_do_update(
        index_elements=table.primary_key,
        set_={name: insert.excluded[name] for name in changing},
        where=table.c.owner == insert.excluded.owner if owned else None,
    )
    # Of an insert SQLAlchemy keeps the count only when it is told to.
    return connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount == 1


def batches(values: Sequence[_Value]) -> Iterable[Sequence[_Value]]:
    """The values in batches of which one statement can take each."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _save_media(connection: sa.Connection, contents: Iterable[Content]) -> None:
    blobs = {sha256: blob for content in contents for sha256, blob in content.blobs.items()}
    known = {
        sha256
        for some in batches(sorted(blobs))
        for (sha256,) in connection.execute(sa.select(media.c.sha256).where(media.c.sha256.in_(some)))
    }
    rows = [
        {"sha256": sha256, "media_type": blob.media_type, "size_bytes": len(blob.data), "data": blob.data}
        for sha256, blob in ((sha256, blobs[sha256]) for sha256 in sorted(blobs.keys() - known))
    ]
    if rows:
        connection.execute(insert_new(connection, media), rows)


def _numbers(connection: sa.Connection, sha256s: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in batches(sorted(sha256s)):
        query = sa.select(messages.c.sha256, messages.c.number).where(messages.c.sha256.in_(some))
        found |= {sha256: number for sha256, number in connection.execute(query)}
    return found
