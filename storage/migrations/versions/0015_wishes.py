"""How the answers in a conversation are to leave, and the one that is prepared."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("wishes", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("conversations", sa.Column("draft", sa.Text(), nullable=True))
