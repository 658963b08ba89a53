"""Reads tables of another program's database on a MySQL, MariaDB or PostgreSQL server. Nothing is written there.

All is read as of one moment, as text, some rows at a time. A value has a bound, which the server is asked to keep.
"""

from __future__ import annotations

import importlib.util
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import asyncpg
from sqlalchemy import (
    CHAR,
    URL,
    Connection,
    Text,
    case,
    cast,
    column,
    create_engine,
    func,
    literal_column,
    make_url,
    select,
)
from sqlalchemy import table as table_named
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.expression import ColumnClause

from bot.domain.hostnames import is_loopback
from bot.ports import CredentialsRefused, Unavailable

SERVICE: Final = "database"
Row = Mapping[str, str | None]
Take = Callable[[str, Row], None]
"""Gets the table and a row of it, by column."""

_DRIVERS: Final = {
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_OPTIONS: Final = frozenset({"tls", "ca", "socket"})
_ROWS_AT_ONCE: Final = 16
"""Each may have values of the largest size."""
_CONNECT_SECONDS: Final = 20
_SILENT_SECONDS: Final = 120
"""Without an answer; a table without an index on what is asked for may be long in coming."""
_DENIED: Final = frozenset({1044, 1045, 1698})
"""MySQL's numbers of a refused login."""


NEEDS_TLS: Final = "needs_tls"
"""The reason of a login that is done over TLS or a socket alone: a first one by MySQL's `caching_sha2_password`."""


class NoUrl(Exception):
    """It names no database on a server of a kind that is known."""


class NoDriver(Exception):
    """What speaks with MySQL is not installed."""


def address_of(words: str) -> URL:
    """Where a database is: `mysql://user@host/name`, `postgresql://user:password@host:port/name`.

    `?tls=off` speaks in clear with another machine, `?ca=FILE` trusts the authorities in that file alone,
    `?socket=PATH` goes to a Unix socket (of PostgreSQL: the folder that it is in).

    Raises:
        NoUrl
    """
    try:
        url = make_url(words)
    except (ArgumentError, ValueError):
        raise NoUrl from None
    driver = _DRIVERS.get(url.drivername.partition("+")[0])
    is_known = set(url.query) <= _OPTIONS and all(isinstance(one, str) for one in url.query.values())
    is_known = is_known and url.query.get("tls", "off") == "off"
    if driver is None or not url.database or not url.username or not is_known:
        raise NoUrl
    return url.set(drivername=driver)


def shown(url: URL) -> str:
    """The URL as it may be told: without password and options."""
    told = URL.create(url.get_backend_name(), url.username, None, url.host, url.port, url.database)
    return told.render_as_string()


async def copy_out(url: URL, wanted: Mapping[str, Sequence[str]], take: Take, *, longest: int) -> None:
    """Hand over every row of these tables, with those of the named columns that are there; a table may be missing.

    Args:
        longest: bytes; a longer value is None.

    Raises:
        CredentialsRefused, NoDriver
        Unavailable: away, cut off, or it does not let us read.
    """

    def copy(connection: Connection) -> None:
        for name, columns in wanted.items():
            there = _columns(connection, name)
            found = [one for one in columns if one in there]
            if found:
                _copy_table(connection, name, found, take, longest)

    try:
        if url.get_backend_name() == "mysql":
            _from_mysql(url, copy)
        else:
            await _from_postgres(url, copy)
    except SQLAlchemyError as fault:
        raise _fault(fault.__cause__ or fault) from None
    except RuntimeError:
        # PyMySQL's: in clear the password goes encrypted with a key that whoever is in between could have sent.
        raise Unavailable(SERVICE, NEEDS_TLS) from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as fault:
        # asyncpg's own: there was no connection yet. ValueError: text that is not in the encoding that the server says.
        raise _fault(fault) from None


def _from_mysql(url: URL, copy: Callable[[Connection], None]) -> None:
    if importlib.util.find_spec("pymysql") is None:
        raise NoDriver
    settings: dict[str, object] = {
        "charset": "utf8mb4",
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": _SILENT_SECONDS,
        "write_timeout": _SILENT_SECONDS,
    }
    tls = _tls(url)
    settings |= {"ssl": tls} if tls is not None else {"ssl_disabled": True}
    if "socket" in url.query:
        settings["unix_socket"] = url.query["socket"]
    engine = create_engine(url.set(query={}), poolclass=NullPool, connect_args=settings)
    with engine.connect() as connection:
        # The dump of mysqldump is in UTC as well; what is read goes by one moment's tables.
        for statement in (
            "SET SESSION time_zone = '+00:00'",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ):
            connection.exec_driver_sql(statement)
        copy(connection)
        connection.rollback()


async def _from_postgres(url: URL, copy: Callable[[Connection], None]) -> None:
    settings: dict[str, object] = {
        "timeout": _CONNECT_SECONDS,
        "command_timeout": _SILENT_SECONDS,
        "ssl": _tls(url) or False,
        "server_settings": {"application_name": "postroom import", "timezone": "UTC"},
    }
    if "socket" in url.query:
        settings["host"] = url.query["socket"]
    engine = create_async_engine(url.set(query={}), poolclass=NullPool, connect_args=settings)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        await connection.run_sync(copy)
        await connection.rollback()


def _columns(connection: Connection, name: str) -> frozenset[str]:
    is_mysql = connection.dialect.name == "mysql"
    names: list[ColumnClause[str]] = [column(one) for one in ("column_name", "table_name", "table_schema")]
    about = table_named("columns", *names, schema="information_schema")
    schema = func.database() if is_mysql else literal_column("current_schema()")
    asked = select(about.c.column_name).where(about.c.table_name == name, about.c.table_schema == schema)
    return frozenset(str(one) for one in connection.execute(asked).scalars())


def _copy_table(connection: Connection, name: str, columns: Sequence[str], take: Take, longest: int) -> None:
    source = table_named(name, *(column(one) for one in columns))
    is_mysql = connection.dialect.name == "mysql"
    asked = select(*(_as_text(source.c[one], is_mysql=is_mysql, longest=longest).label(one) for one in columns))
    rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(asked)
    for row in rows:
        take(name, dict(zip(columns, row, strict=True)))


def _as_text(one: ColumnElement[object], *, is_mysql: bool, longest: int) -> ColumnElement[str | None]:
    words: ColumnElement[str] = cast(one, CHAR if is_mysql else Text)
    return case((func.octet_length(words) <= longest, words), else_=None)


def _tls(url: URL) -> ssl.SSLContext | None:
    """Verified, unless it is this machine or told otherwise.

    Raises:
        OSError: the file of authorities.
    """
    if url.query.get("tls") == "off" or "socket" in url.query:
        return None
    ca = url.query.get("ca")
    if ca is None and is_loopback(url.host or "localhost"):
        return None
    return ssl.create_default_context(cafile=str(Path(str(ca))) if ca is not None else None)


def _fault(fault: BaseException) -> Unavailable | CredentialsRefused:
    """Of what the driver says only numbers and names of faults are told: its words may have the URL in them."""
    cause: BaseException = fault
    while cause.__cause__ is not None:
        cause = cause.__cause__
    number = cause.args[0] if cause.args and isinstance(cause.args[0], int) else None
    state = str(getattr(cause, "sqlstate", "") or "")
    if number in _DENIED or state.startswith("28"):
        return CredentialsRefused(SERVICE, "")
    told = str(number) if number is not None else state
    return Unavailable(SERVICE, f"{type(cause).__name__} {told}".strip())
