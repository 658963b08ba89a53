"""The newest of nobody and of somebody are found for the board, however many wait."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, whose in (("nobodys", "assignee IS NULL"), ("somebodys", "assignee IS NOT NULL")):
        op.create_index(
            f"ix_conversations_{name}",
            "conversations",
            ["mailbox", "status", "needs_nobody", "waiting_since"],
            unique=False,
            sqlite_where=sa.text(whose),
            postgresql_where=sa.text(whose),
        )
