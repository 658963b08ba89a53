"""Which active conversations need no answer: they are no work to do, and stand in a list of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("needs_nobody", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_conversations_waiting", "conversations")
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["mailbox", "status", "needs_nobody", "waiting_since"],
        unique=False,
    )
