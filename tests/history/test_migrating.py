"""A database is brought to the tables of the code, from nothing and from every step before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from components.core.errors import StoreError
from components.history.engine import make_engine
from components.history.migrating import revisions, upgrade
from components.history.schema import metadata
from components.history.store import open_store


def _is_ours(name: str | None, kind: str, *_: object) -> bool:
    # The full-text index is each database's own and not in the metadata.
    return not (kind == "table" and name is not None and name.startswith("run_search"))


def test_the_steps_lead_to_the_tables_of_the_code(database_url: str, tmp_path: Path):
    open_store(database_url, tmp_path).close()
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": _is_ours, "compare_type": True, "compare_server_default": True},
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_opening_twice_changes_nothing(database_url: str, tmp_path: Path):
    for _ in range(2):
        open_store(database_url, tmp_path).close()
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [
            revisions()[-1]
        ]
    engine.dispose()


def test_two_that_open_a_new_database_at_once_both_get_it(database_url: str, tmp_path: Path):
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(lambda _: open_store(database_url, tmp_path), range(4)):
            store.close()


def test_a_newer_database_is_left_alone_and_said_to_be_newer(database_url: str, tmp_path: Path):
    open_store(database_url, tmp_path).close()
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version of this app") as caught:
        upgrade(engine)
    assert caught.value.problem == "newer"
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()
