"""Every test of the store runs on both databases: SQLite in a file, and a PostgreSQL that is really started."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.history.engine import FILE_NAME, make_engine
from components.history.migrating import upgrade
from components.history.schema import metadata
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


@pytest.fixture(scope="session")
def new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new history: to copy it takes a tenth of the time of making its tables."""
    folder = tmp_path_factory.mktemp("new-history")
    open_store(None, folder).close()
    return folder


@pytest.fixture(scope="package")
def new_postgresql(postgres: Postgres) -> Iterator[sa.Engine]:
    """A database with today's tables, beside the one that `empty` clears."""
    url = sa.make_url(postgres.url)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE history")
    engine.dispose()
    tables = make_engine(url.set(database="history").render_as_string(hide_password=False))
    upgrade(tables)
    yield tables
    tables.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An opened store with nothing in it."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("new_sqlite"), tmp_path, dirs_exist_ok=True)
        store = Store(make_engine(f"sqlite:///{tmp_path / FILE_NAME}"))
    else:
        tables: sa.Engine = request.getfixturevalue("new_postgresql")
        names = ", ".join(table.fullname for table in metadata.sorted_tables)
        with tables.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        store = Store(make_engine(tables.url.render_as_string(hide_password=False)))
    yield store
    store.close()


def empty(url: str) -> None:
    """Takes away all tables: a migration begins at the first of its steps."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()
