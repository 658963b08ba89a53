"""Secrets, sealed; dialogues that may be told one; calls of which a dialogue is told the end."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "secrets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("dialogue", NUMBER, nullable=True),
        sa.Column("mailbox", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrets")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_secrets_dialogue"), "secrets", ["dialogue"], unique=False)
    op.create_index(op.f("ix_secrets_mailbox"), "secrets", ["mailbox"], unique=False)
    op.add_column("dialogues", sa.Column("takes_secrets", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_dialogues_room", "dialogues", ["room"], unique=False)
    op.create_index(
        "ix_dialogues_takes_secrets",
        "dialogues",
        ["room", "expires_at"],
        unique=False,
        sqlite_where=sa.text("takes_secrets"),
        postgresql_where=sa.text("takes_secrets"),
    )
    op.add_column("outbox", sa.Column("dialogue", NUMBER, nullable=True))
