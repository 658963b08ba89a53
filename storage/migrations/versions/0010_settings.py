"""Settings above those of config.yaml: which room each upgraded room goes on as."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_settings")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    connection.execute(sa.text("INSERT INTO counters (name, next) VALUES ('settings', 1)"))
    followed = connection.execute(
        sa.text("SELECT room, replacement, at FROM room_upgrades WHERE state = 'followed' ORDER BY at, room")
    ).all()
    towards = {row.room: row.replacement for row in followed}
    for row in followed:
        passed, room = {row.room}, row.replacement
        while room in towards and room not in passed:
            passed.add(room)
            room = towards[room]
        if room != row.room:
            connection.execute(
                sa.text('INSERT INTO settings (scope, key, value, "by", at) VALUES (:scope, :key, :value, NULL, :at)'),
                {"scope": f"room:{row.room}", "key": "continues_as", "value": room, "at": row.at},
            )
