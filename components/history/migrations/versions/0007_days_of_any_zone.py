"""No day is stored with a run any more: which one it is depends on the reader's time zone.

The index of narrowed lists holds all that days are added up from.
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_index("ix_runs_owner_days", "runs")
    op.drop_column("runs", "day")
