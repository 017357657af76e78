"""Removes deleted runs for good after a day, with the conversations, texts and media that nothing else refers to.

A conversation is removed with the last of its runs; until then what was deleted in it can be restored.
"""

from __future__ import annotations

import time

import sqlalchemy as sa

from components.history.records import LIVE
from components.history.runs import unindex_run
from components.history.schema import (
    conversations,
    media,
    message_media,
    messages,
    metadata,
    runs,
)
from components.history.store import Store

# [own] Long enough to change one's mind, and no longer: a user wants deleted texts to be gone from the file.
RETENTION_S = 86_400.0
# Runs in one transaction: few, so that nobody waits for long.
_AT_ONCE = 50


def purge_deleted(store: Store, retention_s: float = RETENTION_S) -> int:
    """Removes what was deleted longer than `retention_s` ago, in seconds; returns how many runs. Raises: StoreError."""
    purged = 0
    while some := _purge_some(store, time.time() - retention_s):
        purged += some
    if purged:
        with store.writing() as connection:
            _purge_orphans(connection)
    return purged


def _purge_some(store: Store, before: float) -> int:
    with store.writing() as connection:
        rows = connection.execute(
            sa.select(runs.c.number, runs.c.status, runs.c.conversation_id)
            .where(runs.c.deleted_at < before)
            .limit(_AT_ONCE)
        ).all()
        for row in rows:
            if row.status not in LIVE:  # live runs are not in the index
                unindex_run(connection, row.number)
            connection.execute(runs.delete().where(runs.c.number == row.number))
        left = sa.select(runs.c.conversation_id).where(runs.c.conversation_id.is_not(None))
        emptied = {row.conversation_id for row in rows} - {None}
        connection.execute(
            conversations.delete().where(conversations.c.id.in_(sorted(emptied)), conversations.c.id.not_in(left))
        )
    return len(rows)


def _purge_orphans(connection: sa.Connection) -> None:
    """Removes messages that nothing refers to, then media that are in no message."""
    # Every column that refers to a message, of future tables as well. `message_media` is part of the message.
    referring = [
        column
        for table in metadata.tables.values()
        if table is not message_media
        for column in table.columns
        if column.references(messages.c.number)
    ]
    connection.execute(
        messages.delete().where(
            *(~sa.exists().where(column == messages.c.number).correlate(messages) for column in referring)
        )
    )
    connection.execute(media.delete().where(~sa.exists().where(message_media.c.sha256 == media.c.sha256)))
