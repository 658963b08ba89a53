"""The mails of each folder are counted, and the pinned message of each mailbox is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "folder_counts",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("on_server", NUMBER, nullable=False),
        sa.Column("here", NUMBER, nullable=False),
        sa.Column("earlier", NUMBER, nullable=False),
        sa.Column("copies", NUMBER, nullable=False),
        sa.Column("unread", NUMBER, nullable=False),
        sa.Column("missing", NUMBER, nullable=False),
        sa.Column("elsewhere", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", name=op.f("pk_folder_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox_status",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_status")),
        sqlite_with_rowid=False,
    )
