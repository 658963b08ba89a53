"""Members' own lines under their mails; conversations with a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "person", name=op.f("pk_signatures")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_signatures_source"), "signatures", ["source"], unique=False)
    op.add_column("conversations", sa.Column("drafted_at", sa.BigInteger(), nullable=True))
    # Within the words of a draft the quotation marks are escaped. `_` is a colon, which would begin a parameter.
    op.execute("UPDATE conversations SET drafted_at = changed_at WHERE draft LIKE '%\"mail\"_null}'")
    drafted = sa.text("drafted_at IS NOT NULL")
    op.create_index(
        "ix_conversations_drafted",
        "conversations",
        ["mailbox", "drafted_at"],
        sqlite_where=drafted,
        postgresql_where=drafted,
    )
