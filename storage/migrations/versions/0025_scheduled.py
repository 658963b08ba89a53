"""Mails may wait for a time that their writer named."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("waits_until", sa.BigInteger(), nullable=True))
    waits = sa.text("waits_until IS NOT NULL")
    for name, column in (("ix_mails_waiting", "mailbox"), ("ix_mails_waiting_in", "conversation")):
        op.create_index(name, "mails", [column, "waits_until"], sqlite_where=waits, postgresql_where=waits)
