"""Calls are made by turns, mailbox by mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Plain ADD COLUMN: to copy the table would lose which ids were given already (SQLite's AUTOINCREMENT).
    op.add_column("outbox", sa.Column("whose", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("turn", NUMBER, nullable=False, server_default=sa.text("0")))
    op.drop_index("ix_outbox_order", "outbox")
    is_open, is_tried = sa.text("state = 'open'"), sa.text("attempt > 0")
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["channel", "priority", "turn", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_outbox_turns", "outbox", ["channel", "priority", "whose", "turn"])
    op.create_index(
        "ix_outbox_tried", "outbox", ["channel", "priority", "turn"], sqlite_where=is_tried, postgresql_where=is_tried
    )
