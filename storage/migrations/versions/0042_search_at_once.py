"""PostgreSQL puts the words of a mail into the index at once.

Else they wait in a list, through which each search goes until the next VACUUM.
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_sought_words_words SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('ix_sought_words_words'::regclass)")
