"""Which mails to a member's own address came back."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("own_addresses", sa.Column("returned", sa.Text(), server_default="", nullable=False))
