"""What somebody closed is a list in order."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_assigned = sa.text("assignee IS NOT NULL")
    op.create_index(
        "ix_conversations_assignee_changed",
        "conversations",
        ["assignee", "mailbox", "status", "changed_at"],
        sqlite_where=is_assigned,
        postgresql_where=is_assigned,
    )
