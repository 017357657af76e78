"""What was deleted goes for good: after a day, with the conversations, texts and media that nothing else refers to.

A conversation goes with the last of its runs; until then what was deleted in it can be brought back.
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

# [own] Longer than anybody's second thoughts, and not so long that what was to go is still found in the file.
KEPT_S = 86_400.0
# Each lot is a transaction of its own: nobody waits for long.
_AT_ONCE = 50


def purge_deleted(store: Store, kept_s: float = KEPT_S) -> int:
    """Takes out of the database what was deleted longer than `kept_s` ago; gives how many runs. Raises: StoreError."""
    gone = 0
    while lot := _purge_some(store, time.time() - kept_s):
        gone += lot
    if gone:
        with store.writing() as connection:
            _purge_orphans(connection)
    return gone


def _purge_some(store: Store, before: float) -> int:
    with store.writing() as connection:
        rows = connection.execute(
            sa.select(runs.c.number, runs.c.status, runs.c.conversation_id)
            .where(runs.c.deleted_at < before)
            .limit(_AT_ONCE)
        ).all()
        for row in rows:
            if row.status not in LIVE:  # the words of others are in no index
                unindex_run(connection, row.number)
            connection.execute(runs.delete().where(runs.c.number == row.number))
        left = sa.select(runs.c.conversation_id).where(runs.c.conversation_id.is_not(None))
        emptied = {row.conversation_id for row in rows} - {None}
        connection.execute(
            conversations.delete().where(conversations.c.id.in_(sorted(emptied)), conversations.c.id.not_in(left))
        )
    return len(rows)


def _purge_orphans(connection: sa.Connection) -> None:
    """Messages that stand nowhere any more, then media that are in no message."""
    # Every column of every table that refers to a message, those of tables to come as well; what a message has goes
    # with it.
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
