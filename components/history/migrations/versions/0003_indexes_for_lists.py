"""Indexes for what the list of runs is sorted by and narrowed to, and for adding up days."""

from alembic import op

revision = "0003"
down_revision = "0002"

_SORTED_BY = ("cost_usd", "total_tokens", "output_tokens", "total_s", "first_answer_s", "status")


def upgrade() -> None:
    for column in _SORTED_BY:
        op.create_index(f"ix_runs_owner_{column}", "runs", ["owner", column, "number"])
    op.create_index(
        "ix_runs_owner_days",
        "runs",
        ["owner", "started_at", "deleted_at", "total_tokens", "cost_usd", "total_s", "first_answer_s"],
        unique=False,
    )
