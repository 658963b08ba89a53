"""The dump of a database, of whichever kind it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO

from bot.cli.pg_dump import of_postgres
from bot.cli.sql_dump import Row, of_mysql


def rows_of(file: BinaryIO, tables: Collection[str]) -> Iterator[tuple[str, Row]]:
    """The rows of these tables, in the order of the dump: the table's name, and values by column.

    Raises:
        NoDump
        OSError
    """
    head = file.read(4096)
    file.seek(0)
    yield from of_postgres(file, tables) if b"PostgreSQL database dump" in head else of_mysql(file, tables)
