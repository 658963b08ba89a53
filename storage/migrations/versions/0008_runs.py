"""Which run planned a call, and what was posted by runs that the database does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("run", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "own_posts",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation", NUMBER, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_own_posts")),
    )
    op.create_index(op.f("ix_own_posts_message_id"), "own_posts", ["message_id"], unique=False)
    op.create_index(op.f("ix_own_posts_conversation_kind"), "own_posts", ["conversation", "kind"], unique=False)
