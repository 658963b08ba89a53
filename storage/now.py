"""The time of the database server, inside a statement: the one clock that all processes share."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from storage.types import Moment


class MomentOfDatabase(FunctionElement[Any]):
    """Now, as the database's clock has it; of type `Moment`. It goes on within a transaction."""

    type = Moment()
    inherit_cache = True
    name = "moment_of_database"


class _LaterByMicroseconds(FunctionElement[Any]):
    type = Moment()
    inherit_cache = True
    name = "later_by_microseconds"


def in_seconds(microseconds: BindParameter[Any]) -> ColumnElement[Any]:
    """Now and so many microseconds, the parameter being an integer."""
    return _LaterByMicroseconds(microseconds)


_POSTGRESQL = "(extract(epoch from clock_timestamp()) * 1000000)::bigint"
_SQLITE = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


@compiles(MomentOfDatabase, "postgresql")
def _now_postgresql(element: MomentOfDatabase, compiler: SQLCompiler, **options: Any) -> str:
    return _POSTGRESQL


@compiles(MomentOfDatabase, "sqlite")
def _now_sqlite(element: MomentOfDatabase, compiler: SQLCompiler, **options: Any) -> str:
    return _SQLITE


@compiles(_LaterByMicroseconds, "postgresql")
def _later_postgresql(element: _LaterByMicroseconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_POSTGRESQL} + CAST({compiler.process(element.clauses, **options)} AS bigint))"


@compiles(_LaterByMicroseconds, "sqlite")
def _later_sqlite(element: _LaterByMicroseconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_SQLITE} + CAST({compiler.process(element.clauses, **options)} AS INTEGER))"
