"""Brings a database to the tables of this version, step by step. Each step is a file in `migrations/versions`.

A step is named after its number, which is its revision: `0001_first_tables.py` is `0001`. The effect of
a released one never changes. Alembic is imported only when a step is missing.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from components.core.errors import StoreError
from components.history.engine import mapped_errors

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that no other program uses on the same PostgreSQL; it is the letters "hist".
_LOCK = 0x68697374


def revisions() -> list[str]:
    """The revisions this version knows, in order."""
    return sorted(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Runs the missing steps, all or none; of two processes that start at once one waits for the other.

    Raises: StoreError if the database cannot be used, or was written by a newer version.
    """
    with mapped_errors():
        with engine.connect() as connection, connection.begin():
            if _revision(connection) == revisions()[-1]:
                return
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            found = _revision(connection)
            if found is not None and found not in revisions():
                raise StoreError(
                    f"The history was written by a newer version of this app (its tables are {found}, this version "
                    f"knows {revisions()[-1]}). Update the app, or set PLAYGROUND_DATA_DIR to another folder.",
                    "newer",
                )
            _run(connection, to)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _run(connection: sa.Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic's options take % for interpolation; a folder may have one in its name.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
