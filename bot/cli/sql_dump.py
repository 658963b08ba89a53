"""Reads the rows of a database dump: the text that `mysqldump` writes.

A dump is hostile: it is read as a stream, nothing of it is run, and a value has a bound. Statements other than those
that name columns and hold rows are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO, Final

CHUNK: Final = 1 << 20
MOST_VALUE: Final = 8 << 20
"""Bytes of one value as it stands in the dump. A longer one is read over, and is None."""
MOST_COLUMNS: Final = 500
MOST_STATEMENT: Final = 1 << 20
"""Bytes of a statement that names columns."""

Row = Mapping[str, str | None]

_BLANK: Final = re.compile(rb"\s+")
_WORD: Final = re.compile(rb"[A-Za-z_]+")
_INTO: Final = re.compile(
    rb"(?:INSERT(?:\s+IGNORE)?|REPLACE)\s+INTO\s+`([^`]{1,64})`\s*(?:\(([^)]{0,40000})\))?\s*VALUES\s*", re.IGNORECASE
)
_TABLE: Final = re.compile(rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`([^`]{1,64})`\s*\(", re.IGNORECASE)
_COLUMN: Final = re.compile(rb"^\s+`([^`]{1,64})`\s", re.MULTILINE)
_NAME: Final = re.compile(rb"`([^`]{1,64})`")
# Nothing is tried again: the first quote of two is no end, and a long text takes no memory of its own.
_STRING: Final = re.compile(rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'", re.DOTALL)
_INSIDE: Final = re.compile(rb"[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+", re.DOTALL)
_PLAIN: Final = re.compile(rb"[^\s,()';]{1,400}")
_LEAD: Final = re.compile(rb"_[A-Za-z0-9]{1,20}\s*(?=')")
_TO_QUOTE: Final = re.compile(rb"[^;'\"`/#-]+")
_ESCAPED: Final = re.compile(rb"\\(.)|''", re.DOTALL)
_MEANT: Final = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}


class NoDump(Exception):
    """The file is no dump of a kind that is known, or it is broken: `at` is the byte."""

    def __init__(self, at: int) -> None:
        super().__init__(str(at))
        self.at = at


def of_mysql(file: BinaryIO, tables: Collection[str]) -> Iterator[tuple[str, Row]]:
    """The rows of these tables, in the order of the dump: the table's name, and values by column.

    Raises:
        NoDump
        OSError
    """
    yield from _Mysql(file, tables).rows()


class _Mysql:
    """One pass over the text of `mysqldump`."""

    def __init__(self, file: BinaryIO, tables: Collection[str]) -> None:
        self._file, self._tables = file, frozenset(tables)
        self._buffer, self._at, self._before, self._is_end = b"", 0, 0, False
        self._columns: dict[str, tuple[str, ...]] = {}

    def rows(self) -> Iterator[tuple[str, Row]]:
        while self._to_statement():
            self._need(256)
            found = _WORD.match(self._buffer, self._at)
            word = found[0].upper() if found is not None else b""
            if word in (b"INSERT", b"REPLACE"):
                yield from self._inserted()
            elif word == b"CREATE":
                self._created()
            else:
                self._skip_statement()

    # --- the buffer -------------------------------------------------------------------------------------------------

    def _need(self, size: int) -> bool:
        """Have so many bytes before us, where there are so many. False at the end."""
        while len(self._buffer) - self._at < size and not self._is_end:
            more = self._file.read(max(CHUNK, size))
            if not more:
                self._is_end = True
                break
            self._before += self._at
            self._buffer, self._at = self._buffer[self._at :] + more, 0
        return self._at < len(self._buffer)

    def _broken(self) -> NoDump:
        return NoDump(self._before + self._at)

    def _peek(self) -> bytes:
        self._need(1)
        return self._buffer[self._at : self._at + 1]

    def _blank(self) -> None:
        while self._need(1):
            found = _BLANK.match(self._buffer, self._at)
            if found is None:
                return
            self._at = found.end()

    # --- statements -------------------------------------------------------------------------------------------------

    def _to_statement(self) -> bool:
        """Go to the next statement, past blanks and comments. False at the end."""
        while True:
            self._blank()
            if not self._need(2):
                return False
            start = self._buffer[self._at : self._at + 2]
            if start == b"--" or start[:1] == b"#":
                self._past(b"\n")
            elif start == b"/*":
                self._past(b"*/")
            elif start[:1] == b";":
                self._at += 1
            else:
                return True

    def _past(self, mark: bytes) -> None:
        """Behind the next mark, or at the end."""
        while self._need(len(mark)):
            found = self._buffer.find(mark, self._at)
            if found >= 0:
                self._at = found + len(mark)
                return
            if self._is_end:
                self._at = len(self._buffer)
                return
            self._at = max(self._at, len(self._buffer) - len(mark) + 1)
            self._need(len(mark) + 1)

    def _skip_statement(self) -> None:
        while self._need(2):
            found = _TO_QUOTE.match(self._buffer, self._at)
            if found is not None:
                self._at = found.end()
                continue
            one = self._buffer[self._at : self._at + 1]
            two = self._buffer[self._at : self._at + 2]
            if one == b";":
                self._at += 1
                return
            if one == b"'":
                self._string(is_wanted=False)
            elif one in (b'"', b"`"):
                self._at += 1
                self._past(one)
            elif two == b"/*":
                self._past(b"*/")
            elif two == b"--" or one == b"#":
                self._past(b"\n")
            else:
                self._at += 1
        # Without its end: the dump is cut off.
        if self._peek() != b";":
            raise self._broken()
        self._at += 1

    def _created(self) -> None:
        self._need(MOST_STATEMENT)
        found = _TABLE.match(self._buffer, self._at)
        start = self._at
        self._skip_statement()
        if found is None or self._at < start:
            return
        text = self._buffer[found.end() : min(self._at, start + MOST_STATEMENT)]
        names = tuple(one.decode("utf-8", "replace") for one in _COLUMN.findall(text)[:MOST_COLUMNS])
        self._columns[found[1].decode("utf-8", "replace")] = names

    def _inserted(self) -> Iterator[tuple[str, Row]]:
        self._need(MOST_STATEMENT)
        found = _INTO.match(self._buffer, self._at)
        if found is None:
            self._skip_statement()
            return
        table = found[1].decode("utf-8", "replace")
        if table not in self._tables:
            self._skip_statement()
            return
        columns = self._columns.get(table, ())
        if found[2] is not None:
            columns = tuple(one.decode("utf-8", "replace") for one in _NAME.findall(found[2])[:MOST_COLUMNS])
        self._at = found.end()
        while True:
            yield table, dict(zip(columns, self._row(), strict=False))
            self._blank()
            mark = self._peek()
            self._at += 1
            if mark != b",":
                break
            self._blank()
        if mark not in (b";", b""):
            raise self._broken()

    # --- values -----------------------------------------------------------------------------------------------------

    def _row(self) -> list[str | None]:
        self._blank()
        if self._peek() != b"(":
            raise self._broken()
        self._at += 1
        values: list[str | None] = []
        while True:
            self._blank()
            value = self._value()
            if len(values) < MOST_COLUMNS:
                values.append(value)
            self._blank()
            mark = self._peek()
            self._at += 1
            if mark == b")":
                return values
            if mark != b",":
                raise self._broken()

    def _value(self) -> str | None:
        self._need(512)
        lead = _LEAD.match(self._buffer, self._at)
        if lead is not None:
            # `_binary 'x'`
            self._at = lead.end()
        if self._peek() == b"'":
            raw = self._string(is_wanted=True)
            return None if raw is None else _ESCAPED.sub(_meant, raw).decode("utf-8", "replace")
        found = _PLAIN.match(self._buffer, self._at)
        if found is None:
            raise self._broken()
        self._at = found.end()
        word = found[0]
        if word.upper() == b"NULL":
            return None
        if word[:2] in (b"0x", b"0X") and len(word) % 2 == 0:
            try:
                return bytes.fromhex(word[2:].decode("ascii")).decode("utf-8", "replace")
            except ValueError:
                raise self._broken() from None
        return word.decode("utf-8", "replace")

    def _string(self, *, is_wanted: bool) -> bytes | None:
        """The inside of the quoted text that begins here, as it stands; None where it is too long, or not wanted.

        The end of what is here may be the middle of an escape, or of a doubled quote: then more is read first.
        """
        size = CHUNK
        while True:
            self._need(size)
            found = _STRING.match(self._buffer, self._at)
            if found is not None and (found.end() < len(self._buffer) or self._is_end):
                self._at = found.end()
                return found[0][1:-1] if is_wanted and len(found[0]) <= MOST_VALUE else None
            if self._is_end:
                raise self._broken()
            if size >= MOST_VALUE:
                break
            size = min(size * 2, MOST_VALUE)
        self._at += 1
        while True:
            self._need(CHUNK)
            found = _INSIDE.match(self._buffer, self._at)
            assert found is not None
            self._at = found.end()
            if len(self._buffer) - self._at > 1 and self._buffer[self._at : self._at + 1] == b"'":
                self._at += 1
                return None
            if self._is_end:
                if self._peek() != b"'":
                    raise self._broken()
                self._at += 1
                return None
            self._need(len(self._buffer) - self._at + 2)


def _meant(found: re.Match[bytes]) -> bytes:
    return b"'" if found[1] is None else _MEANT.get(found[1], found[1])
