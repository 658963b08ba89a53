"""The newest pages of a room are found, to lead on from them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_page = sa.text("kind = 'answer' AND body != ''")
    op.create_index(
        "ix_events_pages", "events", ["room", "at"], unique=False, sqlite_where=is_page, postgresql_where=is_page
    )
