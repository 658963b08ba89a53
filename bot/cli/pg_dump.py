"""Reads the rows of a database dump: what `pg_dump` writes in its plain form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import BinaryIO, Final

from bot.cli import sql_dump
from bot.cli.sql_dump import MOST_COLUMNS, MOST_STATEMENT, NoDump, Row

_COPY: Final = re.compile(rb'COPY (?:"?[\w]{1,64}"?\.)?"?(\w{1,64})"? \(([^)]{1,40000})\) FROM stdin;\r?\n')
_PG_ESCAPED: Final = re.compile(rb"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_PG_MEANT: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def of_postgres(file: BinaryIO, tables: Collection[str]) -> Iterator[tuple[str, Row]]:
    """`COPY table (columns) FROM stdin;` and a line for each row, to a line `\\.`.

    Raises:
        NoDump
        OSError
    """
    place = 0
    while line := file.readline(MOST_STATEMENT):
        place += len(line)
        found = _COPY.fullmatch(line)
        if found is None:
            continue
        table = found[1].decode()
        columns = [one.strip(b' "').decode("utf-8", "replace") for one in found[2].split(b",")][:MOST_COLUMNS]
        while True:
            line = file.readline(sql_dump.MOST_VALUE)
            if not line:
                raise NoDump(place)
            place += len(line)
            is_cut = not line.endswith(b"\n")
            while not line.endswith(b"\n"):
                # Longer than a row may be: the rest of it is read over.
                rest = file.readline(sql_dump.CHUNK)
                if not rest:
                    break
                place += len(rest)
                line = rest
            if line in (b"\\.\n", b"\\.\r\n"):
                break
            if table in tables and not is_cut:
                values = [_pg_value(one) for one in line.rstrip(b"\r\n").split(b"\t")]
                yield table, dict(zip(columns, values, strict=False))


def _pg_value(raw: bytes) -> str | None:
    return None if raw == b"\\N" else _PG_ESCAPED.sub(_pg_meant, raw).decode("utf-8", "replace")


def _pg_meant(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 16)])
    if found[2] is not None:
        return bytes([int(found[2], 8) & 255])
    return _PG_MEANT.get(found[3], found[3])
