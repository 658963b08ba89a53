"""The followers of a conversation stand in the order of each person's list."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("followers", sa.Column("mailbox", sa.Text(), nullable=False, server_default=""))
    op.add_column("followers", sa.Column("status", sa.Text(), nullable=False, server_default=""))
    op.add_column("followers", sa.Column("at", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    for column, source in (
        ("mailbox", "c.mailbox"),
        ("status", "c.status"),
        ("at", "CASE WHEN c.status IN ('active', 'pending') THEN c.waiting_since ELSE c.changed_at END"),
    ):
        op.execute(
            f'UPDATE followers SET "{column}" = coalesce((SELECT {source} FROM conversations AS c'  # noqa: S608
            f' WHERE c.id = followers.conversation), "{column}")'
        )
    op.create_index("ix_followers_list", "followers", ["user", "mailbox", "status", "at"])
