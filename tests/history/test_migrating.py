"""A database is brought to the tables of the code, from nothing and from every step before."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Timer

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from components.core.errors import StoreError
from components.core.parts import ImagePart
from components.history.conversations import load_conversation
from components.history.engine import make_engine
from components.history.listing import Filter, list_runs
from components.history.migrating import revisions, upgrade
from components.history.presets import list_presets
from components.history.records import EventRecord
from components.history.runs import load_events, load_run
from components.history.schema import metadata
from components.history.store import open_store
from components.history.templates import list_templates
from tests.history import old_data


def _is_ours(name: str | None, kind: str, *_: object) -> bool:
    # The full-text index is each database's own and not in the metadata; the index of parameters is SQLite's.
    if kind == "index":
        return name != "ix_runs_owner_parameters"
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


def test_a_new_file_that_another_process_is_writing_is_waited_for(tmp_path: Path):
    path = tmp_path / "new.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # not yet in WAL: SQLite refuses the change at once, whatever the timeout
    Timer(0.2, other.execute, ["COMMIT"]).start()
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()
    other.close()


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


def test_runs_of_before_are_told_their_sweep_and_their_comparison(database_url: str, tmp_path: Path):
    engine = make_engine(database_url)
    upgrade(engine, "0008")
    old_data.write(engine)
    with engine.begin() as connection:
        old = connection.execute(sa.text("SELECT * FROM runs")).mappings().one()
        columns = ", ".join(old)
        insert = sa.text(f"INSERT INTO runs ({columns}) VALUES ({', '.join(f':{name}' for name in old)})")
        plain = {**old, "parameters": "{}", "conversation_id": None}
        connection.execute(insert, {**plain, "number": 2, "id": "r2", "kind": "sweep"})
        connection.execute(insert, {**plain, "number": 3, "id": "r3", "kind": "compare"})
        connection.execute(sa.text("UPDATE sweep_cells SET run_id = 'r2'"))
        state = json.dumps({"version": 1, "trials": [{"replies": {"A": [{"run": "r3"}, {"run": None}]}}]})
        connection.execute(sa.text("UPDATE comparisons SET state = :state"), {"state": state})
    engine.dispose()
    store = open_store(database_url, tmp_path)
    with store.reading() as connection:
        found = dict(connection.execute(sa.text("SELECT id, group_id FROM runs ORDER BY id")).all())
    assert found == {"r1": None, "r2": "s1", "r3": "k1"}
    store.close()


# With every change SQLite from each version, and PostgreSQL, which takes twice as long, from the first and the last.
SINCE = revisions()[:-1]


@pytest.mark.parametrize(
    ("database_url", "since"),
    [("sqlite", since) for since in SINCE]
    + [("postgresql", since) for since in (SINCE[0], SINCE[-1])]
    + [pytest.param("postgresql", since, marks=pytest.mark.nightly) for since in SINCE[1:-1]],
    indirect=["database_url"],
)
def test_what_an_older_version_wrote_is_all_there_and_can_be_used(database_url: str, tmp_path: Path, since: str):
    engine = make_engine(database_url)
    upgrade(engine, since)
    written = old_data.write(engine)
    assert old_data.tables_of(engine) == written.keys(), "each table of that version has data in `old_data`"
    engine.dispose()
    store = open_store(database_url, tmp_path)
    with store.reading() as connection:
        assert old_data.read(connection, written) == written
    conversation = load_conversation(store, "c1", "local")
    assert conversation is not None and conversation.title == "Old talk"
    assert [node.message.text if node.message else node.run_id for node in conversation.path] == ["Why blue?", "r1"]
    run = load_run(store, "r1", "local")
    assert run is not None and (run.transcript.answer, run.cost_usd) == ("Light scatters.", Decimal("0.00012"))
    assert run.request.messages == (conversation.path[0].message,) and run.request.parameters == {"top_p": 0.5}
    assert isinstance(run.request.messages[0].parts[0], ImagePart)
    assert load_events(store, "r1", "local") == [EventRecord(0.5, "", "{}")]
    for narrowed in (
        Filter(),
        Filter(words="scatters"),
        Filter(tag="sky"),
        Filter(starred=True, rated=1, statuses=("done",)),
        Filter(parameters={"top_p": 0.5}),
    ):
        (row,) = list_runs(store, "local", narrowed)
        assert (row.id, row.tags, row.values["note"]) == ("r1", ("sky",), "good one")
    assert list_presets(store, "local") == {"Mine": {"values": {"top_p": 0.5}}}
    assert list_templates(store, "local")["Greeting"][0].text == "Hello {{name}}"
    store.close()
