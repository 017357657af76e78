"""While the history cannot be written the page says so in a sentence, and the conversation goes on unsaved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from components.history import engine
from components.history.conversations import load_conversation
from components.history.engine import FILE_NAME
from components.history.store import open_store
from components.ui import resources
from tests.ui.shown import answer, conversation_id, said

OpenApp = Callable[..., AppTest]
Ask = Callable[[AppTest, str], AppTest]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.1)


def asked_and_answered(app: AppTest, ask: Ask, prompt: str = "What is 2 + 3?") -> None:
    """Asks, lets the history fail or not, and looks at the page again: the answer is on it either way."""
    ask(app, prompt)
    resources.history_writer().flush()
    app.run()
    assert not app.exception
    assert "5" in answer(app, len(app.chat_message))


def marks(app: AppTest) -> list[str]:
    return [words for words in map(said, app.warning) if words.startswith("Not saved: ")]


def history_says(app: AppTest) -> str:
    app.switch_page("pages/history.py").run()
    assert not app.exception
    return said(app.error[0])


def kept_prompts(app: AppTest) -> list[str]:
    found = load_conversation(resources.store(), conversation_id(app), "local")
    assert found is not None
    return [node.message.text for node in found.path if node.message is not None and node.role == "user"]


def test_a_folder_that_cannot_be_made(open_app: OpenApp, ask: Ask, tmp_path: Path):
    (tmp_path / "file").touch()
    app = open_app(PLAYGROUND_DATA_DIR=str(tmp_path / "file" / "history"))
    asked_and_answered(app, ask)
    assert "cannot be made" in marks(app)[0]
    assert "cannot be made" in history_says(app)


def test_a_database_that_is_read_only(open_app: OpenApp, ask: Ask, tmp_path: Path):
    open_store(None, tmp_path).close()
    file = tmp_path / FILE_NAME
    app = open_app(PLAYGROUND_DATABASE_URL=f"sqlite:///file:{file}?mode=ro&uri=true")
    asked_and_answered(app, ask)
    assert "read-only" in marks(app)[0] and "PLAYGROUND_DATA_DIR" in marks(app)[0]


def test_a_database_that_another_program_holds_and_lets_go(open_app: OpenApp, ask: Ask, tmp_path: Path):
    open_store(None, tmp_path).close()
    holder = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    app = open_app()
    asked_and_answered(app, ask)
    assert "locked by another program" in marks(app)[0]
    holder.execute("ROLLBACK")
    holder.close()
    asked_and_answered(app, ask, "And 1 + 4?")
    assert marks(app) == []
    assert kept_prompts(app) == ["What is 2 + 3?", "And 1 + 4?"]


@pytest.mark.parametrize("ruin", [lambda data: b"nonsense" * 512, lambda data: data[:1000] + b"\xff" * 40_000])
def test_a_damaged_database(open_app: OpenApp, ask: Ask, tmp_path: Path, ruin: Callable[[bytes], bytes]):
    open_store(None, tmp_path).close()
    file = tmp_path / FILE_NAME
    damaged = ruin(file.read_bytes())
    file.write_bytes(damaged)
    app = open_app()
    asked_and_answered(app, ask)
    assert "damaged" in marks(app)[0]
    assert "damaged" in history_says(app)
    assert file.read_bytes() == damaged


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's own limit on the size of a file: it is then as full as on a disk without room."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # as many as there are already

    event.listen(sa.Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(sa.Engine, "connect", limit)


def test_a_full_disk_and_the_room_that_is_made(open_app: OpenApp, ask: Ask, tmp_path: Path):
    open_store(None, tmp_path).close()
    with full_disk():
        app = open_app()
        asked_and_answered(app, ask, f"What is 2 + 3? {'And so on. ' * 20_000}")
        assert "disk is full" in marks(app)[0]
        resources.history_writer().store.close()  # its connections have the limit
    asked_and_answered(app, ask, "And 1 + 4?")
    assert marks(app) == [] and kept_prompts(app)[1] == "And 1 + 4?"


def test_a_database_of_a_newer_version(open_app: OpenApp, ask: Ask, tmp_path: Path):
    store = open_store(None, tmp_path)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    app = open_app()
    asked_and_answered(app, ask)
    assert "newer version of this app" in marks(app)[0]
    assert "Update the app" in history_says(app)
