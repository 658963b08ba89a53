"""The message by which each line of the history came about."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("history", sa.Column("event", sa.Text(), nullable=True))
