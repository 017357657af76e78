"""What of a sweep's cost is not reported: calls that broke off, at what they may have cost at most."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("sweep_cells", sa.Column("unsure_usd", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("sweep_cells", sa.Column("unsure_calls", sa.Integer(), nullable=False, server_default="0"))
