"""`Store`: the opened database. What is read and written stands in a file for each concept, as functions of a store.

Thread-safe. All that it raises is a `StoreError`, whose text may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from components.history.engine import database_url, errors_mapped, make_engine
from components.history.migrating import upgrade


class Store:
    """A database with today's tables. Use `open_store`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`: search and upsert are told in the database's own words."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads; on SQLite it never waits for a writer."""
        with errors_mapped(), self._engine.connect().execution_options(reads=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all of it or nothing."""
        with errors_mapped(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()


def open_store(url: str | None, folder: Path) -> Store:
    """Opens the database at `url`, else the SQLite file in `folder`; brings its tables up to date.

    Raises: StoreError if it cannot be used, or is of a newer version.
    """
    engine = make_engine(database_url(url, folder))
    try:
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)
