"""What an owner gives names to, in any table with the columns `owner` and `name`: renamed and deleted alike."""

from __future__ import annotations

import sqlalchemy as sa

from components.history.store import Store


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
