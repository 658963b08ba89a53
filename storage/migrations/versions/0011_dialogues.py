"""Talks of several turns: the questions before an answer leaves become the first of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HOLDS = 15 * 60 * 1_000_000
"""Microseconds: for so long a question can be answered as it was put."""
APART = "NOT EXISTS (SELECT 1 FROM events WHERE events.event = q.event)"
"""Messages of a thread are remembered; a command that names its conversation elsewhere is not."""


def upgrade() -> None:
    op.create_table(
        "dialogues",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("hears", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogues")),
    )
    op.create_index(op.f("ix_dialogues_about"), "dialogues", ["about"], unique=False)
    op.create_index("ix_dialogues_person", "dialogues", ["person", "hears", "expires_at"], unique=False)
    # A JSON object gets two fields more.
    more = (
        f"""',"stage":"' || CASE WHEN q.is_used THEN 'answered' ELSE 'open' END"""
        f""" || '","is_apart":' || CASE WHEN {APART} THEN 'true' ELSE 'false' END || '}}'"""
    )
    op.execute(
        "INSERT INTO dialogues (id, kind, room, thread, person, about, hears, state, version, expires_at)"
        f" SELECT q.\"row\", 'confirm_send', c.room, CASE WHEN {APART} THEN NULL ELSE c.root END, q.person, q.event,"
        f" true, substr(q.asked, 1, length(q.asked) - 1) || {more}, 1, q.at + {HOLDS}"
        " FROM questions q JOIN conversations c ON c.id = q.conversation"
    )
    op.execute("INSERT INTO timers (timer, due) SELECT 'dialogue:' || id, expires_at FROM dialogues")
    op.drop_table("questions")
