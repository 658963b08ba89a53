"""Conversations may be snoozed until a time."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("snoozed_until", sa.BigInteger(), nullable=True))
    op.add_column("conversations", sa.Column("snoozed_by", sa.Text(), nullable=True))
    is_snoozed = sa.text("snoozed_until IS NOT NULL")
    op.create_index(
        "ix_conversations_snoozed",
        "conversations",
        ["mailbox", "status", "snoozed_until"],
        sqlite_where=is_snoozed,
        postgresql_where=is_snoozed,
    )
