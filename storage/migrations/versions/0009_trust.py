"""Who reads which room, and which room each mailbox uses: filled from what is there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "room_readers",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "user", name=op.f("pk_room_readers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox_rooms",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "room", name=op.f("pk_mailbox_rooms")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO mailbox_rooms (mailbox, room) SELECT DISTINCT mailbox, room FROM conversations")
