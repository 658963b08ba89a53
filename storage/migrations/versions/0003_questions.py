"""What members were asked back about, and what their commands changed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("row", NUMBER, autoincrement=False, nullable=False),
        sa.Column("conversation", NUMBER, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_event"), "questions", ["event"], unique=False)
    op.create_index("ix_questions_person", "questions", ["conversation", "person", "at"], unique=False)
    op.create_table(
        "deeds",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("conversation", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", "conversation", name=op.f("pk_deeds")),
    )
