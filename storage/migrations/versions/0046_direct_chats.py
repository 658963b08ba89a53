"""Direct chats with people, and what they set for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "direct_chats",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_direct_chats")),
        sa.UniqueConstraint("room", name=op.f("uq_direct_chats_room")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "own_settings",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "what", name=op.f("pk_own_settings")),
        sqlite_with_rowid=False,
    )
    op.add_column("waiting_rooms", sa.Column("is_direct", sa.Boolean(), server_default=sa.false(), nullable=False))
