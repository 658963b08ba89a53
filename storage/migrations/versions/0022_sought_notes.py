"""The notes of a conversation are found in the index, to be kept anew where it moves."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    has_note = sa.text("note != ''")
    op.create_index(
        "ix_sought_note",
        "sought",
        ["conversation"],
        unique=False,
        sqlite_where=has_note,
        postgresql_where=has_note,
    )
