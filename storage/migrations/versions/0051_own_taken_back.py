"""What a person set for themselves is taken back with its command; a mailbox's own server is learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("source", "before"):
        op.add_column("own_settings", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_table(
        "vouching",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("domains", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_vouching")),
        sqlite_with_rowid=False,
    )
