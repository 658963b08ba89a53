"""What commands changed of mailboxes themselves, to be taken back soon."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "house_deeds",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", "mailbox", "about", name=op.f("pk_house_deeds")),
        sqlite_with_rowid=False,
    )
