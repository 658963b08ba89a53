"""The archives that an import reads: an mbox, a Maildir, a folder of `.eml` files.

All of it is hostile: what is read is bounded, no link is followed, and no path is made of what stands in a file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from bot.domain.sentences import Sentence, sentence
from bot.flows.pump.archive import THROWN_AWAY, Found

LINE: Final = 1 << 16
"""Bytes of a line that are taken at once."""
MOST_DEEP: Final = 20
"""Folders within folders."""
DRAFT: Final = "draft"
"""The reason of a mail that somebody had not finished."""
NO_FILE: Final = "no_file"
"""The reason of what is no ordinary file, or cannot be opened."""
_SEPARATOR: Final = re.compile(rb"From .{0,998}?(\d{1,2}) (\d\d):(\d\d)(?::(\d\d))?\b.{0,40}\b(\d{4})\b")
_MONTH: Final = re.compile(rb"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")
_MONTHS: Final = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_QUOTED: Final = re.compile(rb">+From ")
_FLAGS: Final = re.compile(r"[:;!]2,([A-Za-z]{0,26})$")
_UNPRINTABLE: Final = re.compile(r"[^\w .@+=,:/()\[\]-]")


class Kind(StrEnum):
    """The form of an archive."""

    MBOX = "mbox"
    MAILDIR = "maildir"
    EML = "eml"


def kind_of(source: Path) -> Kind | None:
    """What the source is, by its looks; None where it looks like nothing that is known.

    Raises:
        OSError
    """
    if source.is_dir():
        return Kind.MAILDIR if (source / "cur").is_dir() and (source / "new").is_dir() else Kind.EML
    with source.open("rb") as file:
        head = file.read(LINE)
    if head.startswith(b"From "):
        return Kind.MBOX
    return Kind.EML if re.match(rb"[!-9;-~]{1,76}:", head) else None


def mails_of(source: Path, kind: Kind, limit: int) -> Iterator[Found]:
    """Every mail of the source, in order.

    Args:
        limit: bytes; a larger mail is named, and not read.

    Raises:
        OSError
    """
    match kind:
        case Kind.MBOX:
            with source.open("rb") as file:
                yield from mbox(file, limit)
        case Kind.MAILDIR:
            yield from _maildir(source, limit)
        case Kind.EML:
            yield from _files(source, limit)


async def each(found: Iterable[Found]) -> AsyncGenerator[Found, None]:
    """The same, for whoever waits between two."""
    for one in found:
        yield one


def mbox(file: BinaryIO, limit: int) -> Iterator[Found]:
    """The mails of an mbox: each begins with a line `From …` with a date, after an empty line (RFC 4155; mboxrd)."""
    number, start, size, at = 0, 0, 0, None
    raw = bytearray()
    place, is_begin, empty = 0, True, 0
    while line := file.readline(LINE):
        is_line = is_begin and line.endswith(b"\n")
        is_from = is_line and (empty or place == 0) and line.startswith(b"From ")
        if is_from and (place == 0 or _SEPARATOR.match(line)):
            if number:
                yield _of_mbox(number, start, size, at, raw, limit, empty)
            number, start, size, at, raw = number + 1, place, 0, _date_of(line), bytearray()
        else:
            # Where it does not begin as an mbox does, all of it up to the first separator is a mail.
            number, size = max(number, 1), size + len(line)
            if size > limit:
                raw.clear()
            else:
                raw += line[1:] if is_begin and _QUOTED.match(line) else line
        empty = len(line) if is_begin and line in (b"\n", b"\r\n") else 0
        is_begin = line.endswith(b"\n")
        place += len(line)
    if number:
        yield _of_mbox(number, start, size, at, raw, limit, empty)


def _of_mbox(number: int, start: int, size: int, at: datetime | None, raw: bytearray, limit: int, empty: int) -> Found:
    """The mail without the empty line at its end (`empty` bytes), which belongs to the form."""
    place = sentence("cli.import_at", number=number, byte=start)
    if size > limit:
        return Found(place, size, at, None)
    return Found(place, size, at, bytes(raw[: len(raw) - empty]))


def _date_of(separator: bytes) -> datetime | None:
    """The time of delivery, as separators have it (`Mon Nov 23 09:00:00 2026`); UTC, which not all of them mean."""
    found, month = _SEPARATOR.match(separator), _MONTH.search(separator)
    if found is None or month is None:
        return None
    day, hour, minute, second, year = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, _MONTHS.index(month[1]) + 1, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None


def _maildir(folder: Path, limit: int) -> Iterator[Found]:
    """The mails of one folder, in the order of their names, which begin with the time of delivery."""
    names = [(one.name, one) for sub in ("cur", "new") for one in (folder / sub).iterdir() if one.name[:1] != "."]
    for name, path in sorted(names):
        flags = _FLAGS.search(name)
        if flags is not None and {"D", "T"} & set(flags[1]):
            yield Found(_named(path, folder), 0, None, None, THROWN_AWAY if "T" in flags[1] else DRAFT)
        else:
            yield _of_file(path, folder, limit)


def _files(source: Path, limit: int) -> Iterator[Found]:
    """The `.eml` files below a folder, or a single one, by their names."""
    if not source.is_dir():
        yield _of_file(source, source.parent, limit)
        return
    for within, folders, names in os.walk(source):
        depth = len(Path(within).relative_to(source).parts)
        folders[:] = sorted(folders) if depth < MOST_DEEP else []
        for name in sorted(names):
            if name.lower().endswith(".eml"):
                yield _of_file(Path(within) / name, source, limit)


def _of_file(path: Path, source: Path, limit: int) -> Found:
    place = _named(path, source)
    try:
        # A link may lead anywhere, and a pipe never ends.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return Found(place, 0, None, None, NO_FILE)
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            return Found(place, 0, None, None, NO_FILE)
        at = datetime.fromtimestamp(about.st_mtime, UTC)
        raw = file.read(limit + 1)
    return Found(place, len(raw), at, raw) if len(raw) <= limit else Found(place, about.st_size, at, None)


def _named(path: Path, source: Path) -> Sentence:
    """The name of a file within the source, on one line: it may have any character."""
    return sentence("cli.import_file", file=_UNPRINTABLE.sub("?", str(path.relative_to(source)))[:200])
