"""What belongs to a conversation that goes is found by it in every table."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_slots_event"), "slots", ["event"])
    op.create_index(op.f("ix_sought_conversation"), "sought", ["conversation"])
    op.create_index(op.f("ix_mail_references_mail"), "mail_references", ["mail"])
    op.create_index(op.f("ix_read_marks_conversation"), "read_marks", ["conversation"])
    op.create_index(
        op.f("ix_events_mail"),
        "events",
        ["mail"],
        sqlite_where=sa.text("mail IS NOT NULL"),
        postgresql_where=sa.text("mail IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_outbox_bad_ends"),
        "outbox",
        ["conversation"],
        sqlite_where=sa.text("state IN ('refused', 'unknown')"),
        postgresql_where=sa.text("state IN ('refused', 'unknown')"),
    )
