"""Mails that came, and conversations, are found by their time."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    came = sa.text("state IS NULL AND NOT is_automatic")
    op.create_index("ix_mails_came", "mails", ["mailbox", "date"], sqlite_where=came, postgresql_where=came)
    op.create_index("ix_conversations_created", "conversations", ["mailbox", "created_at"])
