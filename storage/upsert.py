"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert


def insert_or_ignore(table: Table) -> Insert:
    """Insert a row; do nothing where its key is there already."""
    return insert(table).on_conflict_do_nothing()


def insert_or_replace(table: Table) -> Insert:
    """Insert a row, or give the row of the same primary key the new values."""
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    names = [column.name for column in table.columns if column.name not in keys]
    return statement.on_conflict_do_update(index_elements=keys, set_={name: statement.excluded[name] for name in names})
