"""Conversations bear tags, and a list of each tag stands in order."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("tags", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "tagged",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("conversation", NUMBER, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "conversation", name=op.f("pk_tagged")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tagged_conversation", "tagged", ["conversation"], unique=False)
    op.create_index("ix_tagged_list", "tagged", ["tag", "mailbox", "status", "at"], unique=False)
