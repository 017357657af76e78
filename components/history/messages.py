"""Messages and their media in the database: each stored once, whoever refers to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from components.history.part_json import Blob, Content
from components.history.schema import media, message_media, messages

# SQLite takes 32,766 values in one statement, PostgreSQL's protocol 65,535.
_AT_ONCE = 1_000

_Value = TypeVar("_Value")


def save_messages(connection: sa.Connection, contents: Sequence[Content]) -> dict[str, int]:
    """Stores what is not there yet; returns the number of each, by its SHA-256."""
    wanted = {content.sha256: content for content in contents}
    numbers = _numbers(connection, wanted)
    missing = {sha256: content for sha256, content in wanted.items() if sha256 not in numbers}
    if missing:
        _save_media(connection, missing.values())
        rows = [
            {"sha256": sha256, "role": content.role, "parts": json.loads(content.parts)}
            for sha256, content in sorted(
                missing.items(), key=_sha256
            )  # of two that wait for each other neither would go on
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


def load_messages(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, Content]:
    """The messages of these numbers with their media."""
    found: dict[int, Content] = {}
    blobs: dict[str, Blob] = {}
    for some in in_turn(sorted(set(numbers))):
        rows = connection.execute(sa.select(messages).where(messages.c.number.in_(some))).all()
        linked = sa.select(message_media.c.sha256).where(message_media.c.message_number.in_(some))
        for row in connection.execute(sa.select(media).where(media.c.sha256.in_(linked))):
            blobs[row.sha256] = Blob(row.data, row.media_type)
        for row in rows:
            parts = json.dumps(row.parts, separators=(",", ":"), sort_keys=True)
            found[row.number] = Content(row.role, parts, blobs)
    return found


def insert_new(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    """An insert that leaves a row alone that is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _sha256(item: tuple[str, object]) -> str:
    return item[0]


def _save_media(connection: sa.Connection, contents: Iterable[Content]) -> None:
    blobs = {sha256: blob for content in contents for sha256, blob in content.blobs.items()}
    known = {
        sha256
        for some in in_turn(sorted(blobs))
        for (sha256,) in connection.execute(sa.select(media.c.sha256).where(media.c.sha256.in_(some)))
    }
    rows = [
        {"sha256": sha256, "media_type": blob.media_type, "size_bytes": len(blob.data), "data": blob.data}
        for sha256, blob in sorted(blobs.items(), key=_sha256)
        if sha256 not in known
    ]
    if rows:
        connection.execute(insert_new(connection, media), rows)


def _numbers(connection: sa.Connection, sha256s: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in in_turn(sorted(sha256s)):
        query = sa.select(messages.c.sha256, messages.c.number).where(messages.c.sha256.in_(some))
        found |= {sha256: number for sha256, number in connection.execute(query)}
    return found


def in_turn(values: Sequence[_Value]) -> Iterable[Sequence[_Value]]:
    """The values in lots that one statement takes."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
