"""Joins changes that nobody waits for into one statement: one round trip to PostgreSQL instead of many.

Each change becomes a data-modifying CTE (PostgreSQL, "WITH Queries", 7.8.4). All parts of such a statement see the rows
as they were before it, in no order; so a change that has to see another one of the same table starts a new statement.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Executable, Insert, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql.base import PGDialect

from storage.schema import metadata

Values = Mapping[str, object]
_MOST = 40
"""Changes in one statement: PostgreSQL takes 65,535 parameters, and plans a hundred CTEs slowly."""
_AS_NAMED = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
_KIND = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?')
_PLACE = re.compile(r"(?<![:\w]):(\w+)")


T = TypeVar("T")
_STEP = 6


def padded(wanted: Sequence[T]) -> list[T]:
    """The values for an `IN (…)`, with the last one repeated, so that a server sees few lengths of the statement."""
    return [*wanted, *[wanted[-1]] * (-len(wanted) % _STEP)] if wanted else []


@dataclass(frozen=True, slots=True)
class _Part:
    sql: str
    binds: Mapping[str, BindParameter[Any]]
    kind: str
    table: str
    keys: tuple[str, ...]
    """The key columns of an INSERT that leaves or replaces a row of the same key."""
    numbers_itself: bool
    """Whether the database numbers the rows, in the order in which they come."""


@dataclass(frozen=True, slots=True)
class _Change:
    statement: Executable
    names: tuple[str, ...]
    values: Values

    @property
    def part(self) -> _Part:
        return _part(self.statement, self.names)


@dataclass(slots=True)
class Batch:
    """A batch of changes, in the order in which they were asked for."""

    changes: list[_Change] = field(default_factory=list)

    def has_room_for(self, statement: Executable, values: Values) -> bool:
        """Whether a change means the same within this statement as after it."""
        if len(self.changes) >= _MOST:
            return False
        new = _part(statement, tuple(values))
        for one in self.changes:
            old = one.part
            if old.table != new.table:
                continue
            if new.kind != "INSERT INTO" or old.kind == "DELETE FROM" or new.numbers_itself:
                return False
            if new.keys and old.kind != "INSERT INTO":
                return False
            # Also a plain INSERT must come after one of the same key that leaves what is there: it is a conflict.
            keys = new.keys or old.keys
            if keys and all(one.values.get(key) == values.get(key) for key in keys):
                return False
        return True

    def add(self, statement: Executable, values: Values) -> None:
        self.changes.append(_Change(statement, tuple(values), values))

    def together(self, last: str = "SELECT 1", **more: object) -> tuple[TextClause, dict[str, object]]:
        """One statement for all changes, with its values; its answer is that of `last`."""
        statement = _joined(tuple((one.statement, one.names) for one in self.changes), last)
        values = dict(more)
        for number, one in enumerate(self.changes):
            values.update((_place(number, name), one.values.get(name, bound.value)) for name, bound in _bound(one))
        return statement, values


def _bound(change: _Change) -> Sequence[tuple[str, BindParameter[Any]]]:
    return tuple(change.part.binds.items())


def _place(number: int, name: str) -> str:
    return f"p{number}_{name}"


@lru_cache(maxsize=1000)
def _part(statement: Executable, names: tuple[str, ...]) -> _Part:
    compiled: Any = statement.compile(dialect=_AS_NAMED, column_keys=list(names))  # type: ignore[attr-defined]
    sql = str(compiled)
    found = _KIND.match(sql)
    assert found is not None, "a change inserts, updates or deletes"
    has_key = "ON CONFLICT" in sql
    keys = tuple(column.name for column in metadata.tables[found[2]].primary_key) if has_key else ()
    own = statement.table.autoincrement_column if isinstance(statement, Insert) else None  # type: ignore[attr-defined]
    numbers_itself = own is not None and own.name not in names
    return _Part(
        sql, {name: bound for bound, name in compiled.bind_names.items()}, found[1], found[2], keys, numbers_itself
    )


@lru_cache(maxsize=1000)
def _joined(changes: tuple[tuple[Executable, tuple[str, ...]], ...], last: str) -> TextClause:
    queries: list[str] = []
    binds: list[BindParameter[Any]] = []
    for number, (statement, names) in enumerate(changes):
        part = _part(statement, names)
        queries.append(f"p{number} AS ({_PLACE.sub(lambda m, n=number: ':' + _place(n, m[1]), part.sql)})")  # type: ignore[misc]
        binds += [bindparam(_place(number, name), type_=bound.type) for name, bound in part.binds.items()]
    start = f"WITH {', '.join(queries)} " if queries else ""
    return text(start + last).bindparams(*binds)
