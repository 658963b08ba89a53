"""Correspondents are found by the words of their names."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_NEWEST = sa.text("SELECT max(id) FROM conversations")
_NAMES = sa.text(
    "SELECT DISTINCT mailbox, correspondent_key, correspondent_name FROM conversations"
    " WHERE id > :after AND id <= :last AND correspondent_key <> ''"
)
_NOTE = sa.text(
    'INSERT INTO name_words (mailbox, word, "key") VALUES (:mailbox, :word, :key) ON CONFLICT DO NOTHING'
)


def upgrade() -> None:
    op.create_table(
        "name_words",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "word", "key", name=op.f("pk_name_words")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    newest = connection.execute(_NEWEST).scalar() or 0
    for after in range(0, newest, _AT_ONCE):
        found = connection.execute(_NAMES, {"after": after, "last": after + _AT_ONCE}).all()
        rows = [{"mailbox": one[0], "word": word, "key": one[1]} for one in found for word in _words(one[2])]
        if rows:
            connection.execute(_NOTE, rows)


def _words(name: str) -> list[str]:
    parts = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:60] for word in re.findall(r"[^\W_]+", plain)))[:8]
