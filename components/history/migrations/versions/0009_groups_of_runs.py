"""Which sweep or comparison a run is part of, so that a list can show them as one row."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_FILTERS = ("status", "saved_at", "wire", "kind", "pictures", "rating", "starred", "started_at")
_FIGURES = ("total_tokens", "cost_usd", "total_s", "first_answer_s")


def upgrade() -> None:
    op.add_column("runs", sa.Column("group_id", sa.Text()))
    members = [*_cells(), *_replies()]
    if members:
        change = sa.text("UPDATE runs SET group_id = :group_id WHERE id = :run_id AND kind <> 'chat'")
        op.get_bind().execute(change, [{"group_id": group_id, "run_id": run_id} for group_id, run_id in members])
    op.create_index("ix_runs_owner_group_id", "runs", ["owner", "group_id", "deleted_at"])
    op.drop_index("ix_runs_owner_narrowed", "runs")
    columns = ["owner", "deleted_at", "number", *_FILTERS, *_FIGURES, "group_id"]
    op.create_index("ix_runs_owner_narrowed", "runs", columns)
    if op.get_context().dialect.name == "sqlite":
        op.drop_index("ix_runs_owner_parameters", "runs")
        columns = ["owner", "deleted_at", "number", "parameters", "kind", "group_id"]
        op.create_index("ix_runs_owner_parameters", "runs", columns)


def _cells() -> list[tuple[str, str]]:
    """The latest try of every cell; which cell a judge's call was for, nobody wrote down."""
    cells = op.get_bind().execute(sa.text("SELECT sweep_id, run_id FROM sweep_cells WHERE run_id IS NOT NULL"))
    return [(sweep_id, run_id) for sweep_id, run_id in cells]


def _replies() -> list[tuple[str, str]]:
    found = []
    for comparison_id, state in op.get_bind().execute(sa.text("SELECT id, state FROM comparisons")).all():
        whole = json.loads(state) if isinstance(state, str) else state  # SQLite gives the text, PostgreSQL what it says
        nodes = [node for trial in whole.get("trials", ()) for way in trial["replies"].values() for node in way]
        found += [(comparison_id, node["run"]) for node in nodes if node["run"] is not None]
    return found
