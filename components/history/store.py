"""`Store`: the opened database. The functions that read and write through it are in a file for each concept.

Thread-safe. It raises nothing but `StoreError`, whose text may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from components.history.engine import database_url, make_engine, mapped_errors
from components.history.migrating import upgrade


class Store:
    """A database with today's tables. Use `open_store`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`: search and upsert differ between the two."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads; on SQLite it never waits for a writer."""
        with mapped_errors(), self._engine.connect().execution_options(reads=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all of it or nothing."""
        with mapped_errors(), self._engine.begin() as connection:
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
