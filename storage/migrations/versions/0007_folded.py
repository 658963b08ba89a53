"""The mails of a flood are kept folded in one conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("folded", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("mails", sa.Column("is_folded", sa.Boolean(), nullable=False, server_default=sa.false()))
    is_folded = sa.text("is_folded")
    op.create_index(
        "ix_mails_folded",
        "mails",
        ["conversation", "date"],
        sqlite_where=is_folded,
        postgresql_where=is_folded,
    )
