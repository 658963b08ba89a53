"""What people are told of after their quiet hours."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quiet_news",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("conversation", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "conversation", name=op.f("pk_quiet_news")),
        sqlite_with_rowid=False,
    )
