"""The grammar of IMAP (RFC 3501 section 9): quoting, folder names, sets, dates, and a tokenizer for responses."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, TypeAlias

Pieces: TypeAlias = tuple[bytes, ...]
"""One response: text, literal, text, literal, … text; the `{n}` that announces a literal is cut off."""
Value: TypeAlias = "bytes | tuple[Value, ...] | None"
"""A token: an atom, number, string or literal as bytes, NIL as None, a parenthesised list as a tuple."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CONTROL: Final = re.compile(r"[\x00\r\n]")
# An atom may hold a bracket with blanks and parentheses in it: BODY[HEADER.FIELDS (MESSAGE-ID)]<0>.
_TOKEN: Final = re.compile(
    rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<string>[^"\\]*(?:\\.[^"\\]*)*)"'
    rb'|(?P<atom>(?:[^\s()"\[]+|\[[^\]]{0,1000}\]|\[)+)|(?P<stray>\S))',
    re.DOTALL,
)
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_INTERNALDATE: Final = re.compile(
    r"\s?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: ([+-])(\d{2})(\d{2}))?$"
)


def quote(text: str) -> str:
    """`text` as a quoted string.

    Raises:
        ValueError: it holds a control character that would end the command, or is not ASCII.
    """
    if _CONTROL.search(text) or not text.isascii():
        raise ValueError("not allowed in an IMAP quoted string")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder_argument(name: str) -> str:
    """A folder's decoded name as a command takes it: modified UTF-7, always quoted (an atom ends at its first blank).

    Raises:
        ValueError: it holds CR, LF or NUL.
    """
    return quote(encode_folder(name))


def encode_folder(name: str) -> str:
    """Modified UTF-7 (RFC 3501 5.1.3)."""
    encoded: list[str] = []
    run: list[str] = []

    def end_run() -> None:
        if run:
            base64 = b64encode("".join(run).encode("utf-16-be", "surrogatepass")).rstrip(b"=").replace(b"/", b",")
            encoded.append("&" + base64.decode() + "-")
            run.clear()

    for character in name:
        if " " <= character <= "~":
            end_run()
            encoded.append("&-" if character == "&" else character)
        else:
            run.append(character)
    end_run()
    return "".join(encoded)


def decode_folder(raw: bytes) -> str:
    """The name behind modified UTF-7; a server's raw UTF-8 and broken runs are shown as they stand."""
    text = raw.decode("utf-8", "replace")
    return re.sub(r"&([A-Za-z0-9+,]*)-", _decode_run, text)


def _decode_run(found: re.Match[str]) -> str:
    if not found[1]:
        return "&"
    base64 = found[1].replace(",", "/")
    try:
        return b64decode(base64 + "=" * (-len(base64) % 4)).decode("utf-16-be")
    except ValueError:
        return found[0]


def uid_set(uids: Iterable[int]) -> str:
    """A message set with runs as ranges: `1:3,7`."""
    parts: list[str] = []
    first = last = 0
    for uid in sorted(set(uids)):
        if last and uid == last + 1:
            last = uid
            continue
        if last:
            parts.append(_span(first, last))
        first = last = uid
    if last:
        parts.append(_span(first, last))
    return ",".join(parts)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}:{last}"


def search_day(day: datetime) -> str:
    """The date form of SEARCH: `7-Jul-2026`. Month names are English whatever the locale."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}"


def format_internaldate(moment: datetime) -> str:
    """An aware moment as APPEND takes it, quoted."""
    utc = moment.astimezone(UTC)
    return f'"{utc.day:02}-{_MONTHS[utc.month - 1]}-{utc.year:04} {utc:%H:%M:%S} +0000"'


def parse_internaldate(raw: bytes) -> datetime | None:
    """INTERNALDATE as an aware moment in UTC; None where it is no date."""
    found = _INTERNALDATE.match(raw.decode("ascii", "replace"))
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    try:
        month_number = _MONTHS.index(month.capitalize()) + 1
        zone = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0)) * (-1 if sign == "-" else 1)
        # 60 is a leap second, which datetime does not know.
        seconds = min(int(second), 59)
        local = datetime(int(year), month_number, int(day), int(hour), int(minute), seconds, tzinfo=timezone(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def tokens(pieces: Sequence[bytes]) -> tuple[Value, ...]:
    """The tokens of one response. Never raises: an unbalanced list ends where the response ends."""
    root: list[Value] = []
    stack: list[list[Value]] = [root]
    for index, piece in enumerate(pieces):
        if index % 2:
            stack[-1].append(piece)
            continue
        for found in _TOKEN.finditer(piece):
            match found.lastgroup:
                case "atom":
                    atom = found["atom"]
                    stack[-1].append(None if atom in (b"NIL", b"nil") else atom)
                case "string":
                    text = found["string"]
                    stack[-1].append(_ESCAPE.sub(rb"\1", text) if b"\\" in text else text)
                case "open":
                    stack.append([])
                case "close" if len(stack) > 1:
                    done = tuple(stack.pop())
                    stack[-1].append(done)
                case _:
                    pass
    while len(stack) > 1:
        done = tuple(stack.pop())
        stack[-1].append(done)
    return tuple(root)


def number(value: Value) -> int | None:
    """A token as a number, or None (`int` alone would take `+1`, `1_0` and very long ones)."""
    if isinstance(value, bytes) and value.isdigit() and len(value) <= 20:
        return int(value)
    return None
