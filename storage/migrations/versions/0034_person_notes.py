"""Notes on people."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_notes",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "event", name=op.f("pk_person_notes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_notes_key", "person_notes", ["mailbox", "key", "at"], unique=False)
    op.create_index("ix_person_notes_event", "person_notes", ["event"], unique=False)
    op.add_column("conversations", sa.Column("note", sa.Text(), nullable=False, server_default=""))
