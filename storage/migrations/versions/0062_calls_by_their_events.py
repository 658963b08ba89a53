"""The call by which an event of ours was made: it may be an edit, or a reaction."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    done = sa.text("state = 'done'")
    op.create_index("ix_outbox_ref", "outbox", ["ref"], sqlite_where=done, postgresql_where=done)
