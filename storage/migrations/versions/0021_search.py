"""Mails and notes are found by their words. What was there before is filled in after the start (`search.fill`)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FTS5 = "CREATE VIRTUAL TABLE sought_words USING fts5(words, tokenize = \"ascii tokenchars ':_'\")"


def upgrade() -> None:
    op.create_table(
        "sought",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("conversation", NUMBER, nullable=False),
        sa.Column("mail", NUMBER),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sought")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text(_FTS5.replace(":", "\\:")))
    else:
        op.create_table(
            "sought_words",
            sa.Column("rowid", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("words", TSVECTOR(), nullable=False),
            sa.PrimaryKeyConstraint("rowid", name=op.f("pk_sought_words")),
        )
        op.create_index("ix_sought_words_words", "sought_words", ["words"], postgresql_using="gin")
    # Conversations up to this number have yet to be filled in, from the newest one down.
    op.execute(
        sa.text(
            "INSERT INTO counters (name, next)"
            " SELECT 'search_unfilled', max(id) FROM conversations HAVING max(id) IS NOT NULL"
        )
    )
