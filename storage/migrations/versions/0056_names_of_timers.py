"""The names of timers are in order of their bytes, whichever language the database of PostgreSQL has.

A kind of timers is looked for as all names between two others: in the order of most languages none was found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("timers", "timer", type_=sa.Text(collation="C"), existing_type=sa.Text(), existing_nullable=False)
