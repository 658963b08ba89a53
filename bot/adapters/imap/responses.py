"""The server's responses as values: rows of FETCH, LIST and SEARCH, and response codes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.adapters.imap.wire import Pieces, Value, decode_folder, number, parse_internaldate, tokens

_CODE: Final = re.compile(rb"\[([^\s\]]+)(?: ([^\]]*))?\]")
_FETCH: Final = re.compile(rb"(\d+) FETCH ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """A response code (RFC 3501 7.1, RFC 5530): `[TRYCREATE]`, `[COPYUID 5 1 9]`."""

    name: str = ""
    """In capitals; empty where there is none."""
    arguments: tuple[bytes, ...] = ()

    def number(self, index: int) -> int:
        """The argument as a number; 0 where it is missing or no number."""
        return number(self.arguments[index]) or 0 if index < len(self.arguments) else 0


@dataclass(frozen=True, slots=True)
class FetchRow:
    """The server's words on one mail; items that they do not name are None."""

    uid: int
    size: int | None = None
    received_at: datetime | None = None
    flags: tuple[str, ...] | None = None
    body: bytes | None = None
    """The bytes of the one BODY[…] section that was asked for."""
    has_nil_body: bool = False
    """The server named the section and gave no bytes: it cannot read the mail."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a LIST answer: a folder as the server names it."""

    attributes: frozenset[str]
    """In lower case: `\\noselect`, `\\sent` …"""
    delimiter: str
    name: str


def code_of(text: bytes) -> Code:
    """The response code at the start of a status response's text."""
    found = _CODE.match(text)
    if found is None:
        return Code()
    return Code(found[1].decode("ascii", "replace").upper(), tuple((found[2] or b"").split()))


def codes_of(rows: Iterable[Pieces]) -> dict[str, Code]:
    """The codes of untagged OK responses: `* OK [UIDVALIDITY 5] …`."""
    found = (code_of(row[0][3:]) for row in rows if row[0][:3].upper() == b"OK ")
    return {code.name: code for code in found if code.name}


def fetch_rows(rows: Iterable[Pieces]) -> dict[int, FetchRow]:
    """The rows by UID, several responses for one mail joined; a row without UID answers no question of ours."""
    joined: dict[int, FetchRow] = {}
    for pieces in rows:
        row = _fetch_row(pieces)
        if row is None:
            continue
        known = joined.get(row.uid)
        joined[row.uid] = row if known is None else _join(known, row)
    return joined


def _fetch_row(pieces: Pieces) -> FetchRow | None:
    found = _FETCH.match(pieces[0])
    if found is None:
        return None
    (items, *_) = tokens((pieces[0][found.end() :], *pieces[1:])) or (None,)
    if not isinstance(items, tuple):
        return None
    uid: int | None = None
    size: int | None = None
    received_at: datetime | None = None
    flags: tuple[str, ...] | None = None
    body: bytes | None = None
    has_nil_body = False
    for name, value in zip(items[::2], items[1::2], strict=False):
        if not isinstance(name, bytes):
            continue
        match name.upper():
            case b"UID":
                uid = number(value)
            case b"RFC822.SIZE":
                size = number(value)
            case b"INTERNALDATE" if isinstance(value, bytes):
                received_at = parse_internaldate(value)
            case b"FLAGS" if isinstance(value, tuple):
                flags = tuple(flag.decode("utf-8", "replace") for flag in value if isinstance(flag, bytes))
            case section if section.startswith(b"BODY["):
                if isinstance(value, bytes):
                    body = value
                else:
                    has_nil_body = True
    if uid is None:
        return None
    return FetchRow(uid, size, received_at, flags, body, has_nil_body)


def _join(first: FetchRow, second: FetchRow) -> FetchRow:
    return FetchRow(
        uid=first.uid,
        size=second.size if second.size is not None else first.size,
        received_at=second.received_at or first.received_at,
        flags=second.flags if second.flags is not None else first.flags,
        body=second.body if second.body is not None else first.body,
        has_nil_body=first.has_nil_body or second.has_nil_body,
    )


def search_uids(rows: Iterable[Pieces]) -> tuple[int, ...]:
    """The UIDs of SEARCH responses, ascending, each once (servers may split the answer, or sort it otherwise)."""
    found: set[int] = set()
    for row in rows:
        if row[0][:6].upper() == b"SEARCH":
            # Microsoft and others end it with (MODSEQ n) when CONDSTORE is on: words that are no number are left out.
            found.update(int(word) for word in row[0][6:].partition(b"(")[0].split() if word.isdigit())
    return tuple(sorted(found))


def list_rows(rows: Iterable[Pieces]) -> tuple[ListRow, ...]:
    """LIST responses: `LIST (\\HasNoChildren \\Sent) "/" "Sent"`; the name may be a literal."""
    found: list[ListRow] = []
    for pieces in rows:
        if pieces[0][:5].upper() != b"LIST ":
            continue
        match tokens((pieces[0][5:], *pieces[1:])):
            case (tuple() as attributes, delimiter, bytes() as name, *_):
                found.append(
                    ListRow(
                        attributes=frozenset(_texts(attributes)),
                        delimiter=delimiter.decode("ascii", "replace") if isinstance(delimiter, bytes) else "",
                        name=decode_folder(name),
                    )
                )
            case (tuple() as attributes, delimiter, None, *_):
                # A folder that is really called NIL: as an atom it looks like nothing.
                found.append(ListRow(frozenset(_texts(attributes)), _text(delimiter), "NIL"))
            case _:
                pass
    return tuple(found)


def personal_prefix(rows: Iterable[Pieces]) -> str:
    """The first personal namespace's prefix (RFC 2342): `INBOX.` or empty."""
    for pieces in rows:
        if pieces[0][:10].upper() != b"NAMESPACE ":
            continue
        match tokens((pieces[0][10:], *pieces[1:])):
            case (((bytes() as prefix, *_), *_), *_):
                return decode_folder(prefix)
            case _:
                pass
    return ""


def _text(value: Value) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""


def _texts(values: tuple[Value, ...]) -> list[str]:
    return [_text(value).lower() for value in values]
