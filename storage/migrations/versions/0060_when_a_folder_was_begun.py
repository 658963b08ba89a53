"""When a folder was read for the first time."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("folder_cursors", sa.Column("begun", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    # The first conversation of its mailbox is as old. Without one, whatever lies there was there before.
    first = "(SELECT MIN(created_at) FROM conversations WHERE conversations.mailbox = folder_cursors.mailbox)"
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    op.execute(sa.text(f"UPDATE folder_cursors SET begun = COALESCE({first}, :now)").bindparams(now=now))
