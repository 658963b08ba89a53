"""Reads the rows of a database dump: what `pg_dump` writes in its plain form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import BinaryIO, Final

from bot.cli import sql_dump
from bot.cli.sql_dump import MOST_COLUMNS, MOST_STATEMENT, NoDump, Row

_COPY: Final = re.compile(rb'COPY (?:"?[\w]{1,64}"?\.)?"?(\w{1,64})"? \(([^)]{1,40000})\) FROM stdin;\r?\n')
_END: Final = b"\\."
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
            values, size = _line(file)
            place += size
            if values is None:
                raise NoDump(place)
            if values == [_END]:
                break
            if table in tables:
                yield table, dict(zip(columns, map(_pg_value, values), strict=False))


def _line(file: BinaryIO) -> tuple[list[bytes | None] | None, int]:
    """The values of a line as they stand, None for one that is too long, and its bytes; no values where the file ends.

    The end of what is read at once may be the middle of an escape: a line says what it is as a whole.
    """
    values: list[bytes | None] = []
    held: bytes | None = b""
    size = 0
    while piece := file.readline(sql_dump.CHUNK):
        size += len(piece)
        for at, part in enumerate(piece.removesuffix(b"\n").split(b"\t")):
            if at > 0:
                values.append(held)
                del values[MOST_COLUMNS:]
                held = b""
            held = None if held is None or len(held) + len(part) > sql_dump.MOST_VALUE else held + part
        if piece.endswith(b"\n"):
            last = None if held is None else held.removesuffix(b"\r")
            return [*values, last][:MOST_COLUMNS], size
    return None, size


def _pg_value(raw: bytes | None) -> str | None:
    return None if raw is None or raw == b"\\N" else _PG_ESCAPED.sub(_pg_meant, raw).decode("utf-8", "replace")


def _pg_meant(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 16)])
    if found[2] is not None:
        return bytes([int(found[2], 8) & 255])
    return _PG_MEANT.get(found[3], found[3])
