"""The database under many writers, and where it cannot be written at all."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import alembic.command
import pytest
import sqlalchemy as sa

from components.core.errors import StoreError
from components.history.engine import FILE_NAME, make_engine
from components.history.listing import Filter, list_runs
from components.history.runs import load_events, load_runs, save_run
from components.history.schema import media, messages, nodes, runs
from components.history.store import Store, open_store
from tests.history.conftest import empty
from tests.history.samples import asked
from tests.history.writer import COMMON, EVENTS, write
from tests.postgres import Postgres

ROOT = Path(__file__).parents[2]
NOBODY = 65534
assert alembic.command  # imported here: as nobody it could not be


def assert_nothing_lost_or_doubled(store: Store, names: list[str], count: int) -> None:
    ids = {f"{name}-{number}" for name in names for number in range(count)}
    with store.reading() as connection:
        assert sorted(connection.execute(sa.select(runs.c.id)).scalars()) == sorted(ids)
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in (messages, media, nodes)
        ]
    assert counts == [len(COMMON), len(COMMON), len(ids)]
    found = load_runs(store, ids, "local")
    for run_id, record in found.items():
        assert record.status == "done" and record.transcript.answer == run_id.replace("-", " ")
        assert sorted(map(repr, record.request.messages)) == sorted(map(repr, COMMON))
        assert len(load_events(store, run_id, "local")) == EVENTS
    by_words = [row.id for row in list_runs(store, "local", Filter(words=f'"{names[0]} 0"'))]
    assert by_words == [f"{names[0]}-0"]


def test_two_processes_write_to_one_database_at_once(database_url: str, tmp_path: Path):
    store = open_store(database_url, tmp_path)
    arguments = [sys.executable, "-m", "tests.history.writer", database_url]
    writers = [subprocess.Popen([*arguments, name, "25", "shared"], cwd=ROOT) for name in ("ann", "bob")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert_nothing_lost_or_doubled(store, ["ann", "bob"], 25)
    store.close()


@pytest.mark.nightly
def test_fifty_writers_on_postgresql(postgres: Postgres, tmp_path: Path):
    empty(postgres.url)
    names = [f"writer{number}" for number in range(50)]

    def begin(name: str) -> None:
        store = open_store(postgres.url, tmp_path)
        write(store, name, 3, f"of {name}")
        store.close()

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(begin, names))
    store = open_store(postgres.url, tmp_path)
    assert_nothing_lost_or_doubled(store, names, 3)
    store.close()


@contextmanager
def nobody() -> Iterator[None]:
    """As a user for whom read-only counts: for root it does not."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a history in it, where everybody gets to: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        open_store(None, folder).close()
        yield folder
        folder.chmod(0o777)


def write_one(folder: Path) -> None:
    with closing(open_store(None, folder)) as store:
        save_run(store, asked("Why?"))


@pytest.mark.parametrize(
    ("file_mode", "folder_mode"), [(0o444, 0o777), (0o666, 0o555), (None, 0o555)], ids=["file", "folder", "new file"]
)
def test_what_is_read_only_is_said_to_be(folder: Path, file_mode: int | None, folder_mode: int):
    file = folder / FILE_NAME
    file.unlink() if file_mode is None else file.chmod(file_mode)
    folder.chmod(folder_mode)
    with nobody(), pytest.raises(StoreError, match="read-only") as caught:
        write_one(folder)
    assert caught.value.problem == "read-only"


def test_a_postgresql_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(StoreError, match=r"`pip install -r requirements-team\.txt`") as refused:
        make_engine("postgresql+psycopg://a:canary@b/c")
    assert "canary" not in str(refused.value)
