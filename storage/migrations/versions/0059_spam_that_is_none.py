"""Whether a conversation came as spam, and nobody was told of it as new since."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("is_untold", sa.Boolean(), server_default=sa.false(), nullable=False))
