"""A message is found by the edit by which it reads as it does."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("edit", sa.Text(), nullable=True))
    edited = sa.text("edit IS NOT NULL")
    op.create_index("ix_events_edit", "events", ["edit"], sqlite_where=edited, postgresql_where=edited)
