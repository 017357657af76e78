"""The connection to the database: SQLite's settings, and every driver error as one sentence."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from components.core.errors import StoreError, StoreProblem

_log = logging.getLogger(__name__)

FILE_NAME = "history.sqlite3"
# Processes of this app write for some milliseconds; another program holds the file if it takes longer.
BUSY_S = 5.0


def database_url(url: str | None, folder: Path) -> str:
    """The address of the database: `url` if one is given, else the SQLite file in `folder`, which is made.

    Raises: StoreError if the folder cannot be made.
    """
    if url:
        return url
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise StoreError(
            f"The folder {str(folder)!r} for the history cannot be made: {exc.strerror}.", "read-only"
        ) from exc
    return sa.URL.create("sqlite", database=str(folder / FILE_NAME)).render_as_string()


def make_engine(url: str) -> sa.Engine:
    """An engine for the address; nothing is opened yet. Raises: StoreError if the address is not one."""
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_S})
            _set_up_sqlite(engine)
            return engine
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": int(BUSY_S)})
    except ModuleNotFoundError as exc:
        if exc.name != "psycopg":
            raise _unusable_address() from exc
        raise StoreError(
            "PLAYGROUND_DATABASE_URL needs the package psycopg, which is not installed: "
            "run `pip install -r requirements-team.txt`, or unset it to keep the history in a file.",
            "unreachable",
        ) from exc
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as exc:
        raise _unusable_address() from exc


def _unusable_address() -> StoreError:
    return StoreError(
        "PLAYGROUND_DATABASE_URL is not an address of a database that can be used here: expected "
        "`postgresql+psycopg://user:password@host/name` or `sqlite:///file`.",
        "unreachable",
    )


def _set_up_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would begin transactions late and not round DDL; SQLAlchemy's manual has it begin below instead:
        # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl
        connection.isolation_level = None
        _enable_write_ahead_log(connection)
        # In WAL this loses nothing when the process dies; a power cut may take the last second.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A transaction that reads first and then writes fails if another wrote in between: writers lock from the start.
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _enable_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Retried: SQLite refuses one of two processes that do this to a new file at once, whatever the timeout."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turns what the database's driver raises into a `StoreError`."""
    try:
        yield
    except sa.exc.SQLAlchemyError as exc:
        raise _store_error(exc) from exc


# Words of an error of SQLite or PostgreSQL -> its kind; the first that are found count.
_WORDS: list[tuple[str, StoreProblem]] = [
    ("readonly database", "read-only"),
    ("read-only", "read-only"),
    ("permission denied", "read-only"),
    ("is locked", "locked"),
    ("is full", "full"),
    ("no space left", "full"),
    ("disk i/o error", "full"),
    ("not a database", "damaged"),
    ("malformed", "damaged"),
    ("unable to open", "read-only"),  # SQLite, of a file that is not there and cannot be made
    ("connection", "unreachable"),
    ("could not connect", "unreachable"),
]

_SENTENCES: dict[StoreProblem, str] = {
    "read-only": "The history cannot be written: its file or folder is read-only or not there. Make it "
    "writable, or set PLAYGROUND_DATA_DIR to another folder.",
    "locked": "The history is locked by another program. Close what has the file open; it is tried again by itself.",
    "full": "The disk is full: the history cannot be written. Free some space; it is tried again by itself.",
    "damaged": "The history's file is damaged. Put a copy of it in its place, or move it away and a new one is begun.",
    "unreachable": "The history's database cannot be reached. Check that it runs and that its address is right.",
    "other": "The history's database refused the work; the program's log says why.",
}


def _store_error(exc: sa.exc.SQLAlchemyError) -> StoreError:
    # The driver's message only: SQLAlchemy's has the statement and the values that were to be stored.
    message = str(exc.orig if isinstance(exc, sa.exc.DBAPIError) else exc).casefold()
    problem: StoreProblem = next((problem for words, problem in _WORDS if words in message), "other")
    _log.warning("%s", message)
    return StoreError(_SENTENCES[problem], problem)
