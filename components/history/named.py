"""What an owner gives names to, in any table with the columns `owner` and `name`: saved, renamed and deleted alike."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from components.history.store import Store
from components.history.tree import new_id


def save_version(
    store: Store, table: sa.Table, reference: sa.Column[Any], owner: str, name: str, body: Mapping[str, Any]
) -> None:
    """Makes `body` the latest version of what has that name, which is made if there is nothing.

    `reference`: the column of the table of versions that says whose one is. Nothing is written where the latest version
    is the same. Raises: StoreError.
    """
    versions = reference.table
    with store.writing() as connection:
        # Locked, where the database has more than one writer: two must not give their versions one number.
        mine = sa.select(table.c.id).where(table.c.owner == owner, table.c.name == name).with_for_update()
        id = connection.execute(mine).scalar()
        if id is None:
            id = new_id()
            connection.execute(table.insert().values(id=id, owner=owner, name=name))
        latest = connection.execute(
            sa.select(versions.c.number, versions.c.body).where(reference == id).order_by(versions.c.number.desc())
        ).first()
        if latest is None or latest.body != body:
            number = 1 if latest is None else latest.number + 1
            values = {reference.name: id, "number": number, "body": body, "created_at": time.time()}
            connection.execute(versions.insert().values(**values))


def rename(store: Store, table: sa.Table, owner: str, name: str, to: str) -> bool:
    """Gives it another name; False when that is taken. Raises: StoreError."""
    if name == to:
        return True
    with store.writing() as connection:
        taken = sa.select(table.c.name).where(table.c.owner == owner, table.c.name == to)
        if connection.execute(taken).first() is not None:
            return False
        connection.execute(table.update().where(table.c.owner == owner, table.c.name == name), {"name": to})
    return True


def delete(store: Store, table: sa.Table, owner: str, name: str) -> None:
    """Deletes it, with what hangs on it. Raises: StoreError."""
    with store.writing() as connection:
        connection.execute(table.delete().where(table.c.owner == owner, table.c.name == name))
