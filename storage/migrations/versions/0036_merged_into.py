"""Which conversations go on as one, found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_conversations_goes_on_as",
        "conversations",
        ["goes_on_as"],
        unique=False,
        sqlite_where=sa.text("goes_on_as IS NOT NULL"),
        postgresql_where=sa.text("goes_on_as IS NOT NULL"),
    )
