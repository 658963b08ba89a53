"""Who takes part in a conversation, and how many mails somebody should have read, are kept with it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_MOST = 500
_NEWEST = sa.text("SELECT max(id) FROM conversations")
_MAILS = sa.text(
    "SELECT conversation, mailbox, head FROM mails"
    " WHERE conversation > :after AND conversation <= :last ORDER BY conversation, date, row"
)
_SAVE = sa.text("UPDATE conversations SET participants = :participants WHERE id = :id")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("participants", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("conversations", sa.Column("heard", sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    newest = connection.execute(_NEWEST).scalar() or 0
    for after in range(0, newest, _AT_ONCE):
        found: dict[int, dict[str, None]] = {}
        for conversation, mailbox, head in connection.execute(_MAILS, {"after": after, "last": after + _AT_ONCE}):
            people = found.setdefault(conversation, {})
            people.update(dict.fromkeys(one for one in _named(head) if one != mailbox.lower()))
        rows = [{"id": id, "participants": json.dumps(list(people)[:_MOST])} for id, people in found.items()]
        if rows:
            connection.execute(_SAVE, rows)


def _named(head: str) -> list[str]:
    """Everybody who was there until now counts: nobody is a newcomer because the program is newer."""
    mail = json.loads(head)
    people = [one for field in ("from_", "reply_to", "to", "cc") for one in mail.get(field, [])]
    return [one["address"].lower() for one in people if one.get("address")]
