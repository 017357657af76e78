"""Every test of the store runs on both databases: SQLite in a file, and a PostgreSQL that is really started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.history.store import Store, open_store
from tests.postgres import Postgres


@pytest.fixture(scope="package")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    empty(server.url)
    return server.url


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """An opened store with nothing in it."""
    store = open_store(database_url, tmp_path)
    yield store
    store.close()


def empty(url: str) -> None:
    """Takes away all tables: a migration begins at the first of its steps."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()
