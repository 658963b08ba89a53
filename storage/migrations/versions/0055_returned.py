"""Addresses from which mail came back are remembered by mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "returned",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last", NUMBER, nullable=False),
        sa.Column("since", NUMBER, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "key", name=op.f("pk_returned")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_returned_at"), "returned", ["at"], unique=False)
