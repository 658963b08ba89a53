"""People keep conversations at hand, each for oneself."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("starred", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "starred",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("conversation", NUMBER, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user", "conversation", name=op.f("pk_starred")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_starred_conversation", "starred", ["conversation"], unique=False)
    op.create_index("ix_starred_list", "starred", ["user", "mailbox", "status", "at"], unique=False)
