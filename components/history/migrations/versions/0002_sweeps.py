"""Sweeps, their prompts and cells, and what probes found out about each parameter."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sweeps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("worker_seen_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
    )
    op.create_index(op.f("ix_sweeps_owner"), "sweeps", ["owner"], unique=False)
    op.create_table(
        "sweep_prompts",
        sa.Column("sweep_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("message_number", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["sweep_id"], ["sweeps.id"], name=op.f("fk_sweep_prompts_sweep_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message_number"], ["messages.number"], name=op.f("fk_sweep_prompts_message_number")),
        sa.PrimaryKeyConstraint("sweep_id", "position", name=op.f("pk_sweep_prompts")),
    )
    op.create_index(op.f("ix_sweep_prompts_message_number"), "sweep_prompts", ["message_number"], unique=False)
    op.create_table(
        "sweep_cells",
        sa.Column("sweep_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reserved_usd", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name=op.f("fk_sweep_cells_sweep_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sweep_id", "number", name=op.f("pk_sweep_cells")),
    )
    op.create_table(
        "probes",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("parameter", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.BigInteger(), nullable=True),
        sa.Column("probed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "account", "parameter", name=op.f("pk_probes")),
    )
