"""The model cards that runs were made with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("card", sa.JSON(), nullable=False),
    )
