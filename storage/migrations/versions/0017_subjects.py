"""A conversation may bear another subject than its mails."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("mailed_subject", sa.Text(), nullable=True))
