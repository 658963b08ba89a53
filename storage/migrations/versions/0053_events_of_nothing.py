"""Messages that belong to no conversation are found by their time, so that old ones are forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_events_of_nothing"),
        "events",
        ["at"],
        sqlite_where=sa.text("conversation IS NULL"),
        postgresql_where=sa.text("conversation IS NULL"),
    )
