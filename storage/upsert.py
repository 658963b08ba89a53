"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike.

As text, because SQLAlchemy's own construct is one of each dialect and is compiled anew at every execution.
"""

from collections.abc import Sequence

from sqlalchemy import Table, TextClause, bindparam, text


def insert_or_ignore(table: Table) -> TextClause:
    """Insert a row; do nothing where its key is there already."""
    return _insert(table, "DO NOTHING")


def insert_or_replace(table: Table) -> TextClause:
    """Insert a row, or give the row of the same primary key the new values."""
    assignments = ", ".join(f'"{name}" = excluded."{name}"' for name in _values(table))
    return _insert(table, f"({_quoted(_keys(table))}) DO UPDATE SET {assignments}")


def insert_or_add(table: Table) -> TextClause:
    """Insert a row, or add the new values to those of the row of the same primary key."""
    sums = ", ".join(f'"{name}" = "{table.name}"."{name}" + excluded."{name}"' for name in _values(table))
    return _insert(table, f"({_quoted(_keys(table))}) DO UPDATE SET {sums}")


def insert_or_higher(table: Table) -> TextClause:
    """Insert a row, or give the row of the same primary key those of the new values that are higher."""
    return _insert(table, f"({_quoted(_keys(table))}) DO UPDATE SET {_of_both(table, '<')}")


def insert_or_lower(table: Table) -> TextClause:
    """Insert a row, or give the row of the same primary key those of the new values that are lower."""
    return _insert(table, f"({_quoted(_keys(table))}) DO UPDATE SET {_of_both(table, '>')}")


def _of_both(table: Table, sign: str) -> str:
    # As CASE: the two databases call the greater of two values by different names.
    pairs = ((f'"{table.name}"."{name}"', f'excluded."{name}"', name) for name in _values(table))
    return ", ".join(f'"{name}" = CASE WHEN {old} {sign} {new} THEN {new} ELSE {old} END' for old, new, name in pairs)


def _insert(table: Table, conflict: str) -> TextClause:
    """A column that numbers its rows by itself is left out."""
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    names = [column.name for column in columns]
    places = ", ".join(f":{name}" for name in names)
    # The names are those of our own schema.
    statement = text(f'INSERT INTO "{table.name}" ({_quoted(names)}) VALUES ({places}) ON CONFLICT {conflict}')  # noqa: S608
    return statement.bindparams(*(bindparam(column.name, type_=column.type) for column in columns))


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _values(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.primary_key]


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
