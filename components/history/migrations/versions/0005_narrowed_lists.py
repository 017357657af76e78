"""Indexes that a narrowed list is read from without the table, and the day of each run, to add up by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_FIGURES = ("total_tokens", "cost_usd", "total_s", "first_answer_s")
_FILTERS = ("status", "saved_at", "wire", "kind", "pictures", "rating", "starred", "started_at")


def upgrade() -> None:
    op.add_column("runs", sa.Column("day", sa.Integer(), nullable=False, server_default="0"))
    # SQLite's CAST cuts, PostgreSQL's rounds.
    is_sqlite = op.get_context().dialect.name == "sqlite"
    days = "started_at / 86400" if is_sqlite else "FLOOR(started_at / 86400)"
    op.execute(f"UPDATE runs SET day = CAST({days} AS INTEGER)")
    for name in ("ix_runs_owner_number", "ix_runs_owner_status", "ix_runs_owner_days"):
        op.drop_index(name, "runs")
    op.create_index("ix_runs_owner_days", "runs", ["owner", "deleted_at", "day", *_FIGURES])
    op.create_index(
        "ix_runs_owner_narrowed", "runs", ["owner", "deleted_at", "number", *_FILTERS, *_FIGURES], unique=False
    )
    if is_sqlite:
        # PostgreSQL's JSON has no order and no place in such an index.
        op.create_index("ix_runs_owner_parameters", "runs", ["owner", "deleted_at", "number", "parameters"])
