"""Whether a notification was mailed for mails from outside alone."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("is_of_mails", sa.Boolean(), server_default=sa.false(), nullable=False))
