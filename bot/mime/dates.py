"""The date of a mail in UTC, out of whatever stands in its headers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from bot.domain.patterns import pattern

_COMMENT: Final = pattern(r"\([^()]*\)")
_LOOSE_COLON: Final = pattern(r"\s*:\s*")
_ISO: Final = pattern(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH_YEAR: Final = pattern(r"(?<!\d)(\d{1,3})[\s.-]*([A-Za-z]{3})[A-Za-z]*[\s.,-]*(\d{2,4})(?!\d|:)")
_MONTH_DAY: Final = pattern(r"\b([A-Za-z]{3})[A-Za-z]*\.?\s+(\d{1,2})(?![\d:])")
_YEAR: Final = pattern(r"(?<![\d:+-])(\d{4})(?![\d:])")
_CLOCK: Final = pattern(r"(?<!\d)(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?(?!\d)\s*([AaPp][Mm]\b)?")
_OFFSET: Final = pattern(r"([+-])\s?(\d{1,2}):?(\d{2})\b")
_ZONE: Final = pattern(
    r"\b(?:UTC?|GMT|Z|[ECMP][SD]T|AKST|AKDT|HST|CES?T|MES?Z|WES?T|EES?T|BST|MSK|JST|KST|IST|AES?T|AEDT|NZST|NZDT)\b"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 5322 4.3, and the names that are sent besides (IST: India, where most of its mail comes from).
_ZONES: Final = {
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "AKST": -540, "AKDT": -480, "HST": -600, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "WET": 0, "WEST": 60,
    "EET": 120, "EEST": 180, "BST": 60, "MSK": 180, "JST": 540, "KST": 540, "IST": 330, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780,
}  # fmt: skip


def read_date(candidates: Iterable[bytes]) -> datetime | None:
    """The first of these header values that is a date; what stands before a `;` (Received) is left out."""
    for raw in candidates:
        text = raw.decode("ascii", "replace").rpartition(";")[2].strip()
        if text and (found := _date(text[:200])) is not None:
            return found
    return None


def _date(text: str) -> datetime | None:
    """RFC 5322 with its obsolete forms, ctime, ISO 8601 and mixtures: day, clock and zone, each where it stands."""
    plain = _LOOSE_COLON.sub(":", _COMMENT.sub(" ", text))
    found = _day(plain)
    if found is None:
        return None
    year, month, day, rest = found
    clock = _CLOCK.search(rest)
    hour = minute = second = 0
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        half = (clock[4] or "").lower()
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        rest = rest[clock.end() :]
    if year < 100:  # RFC 5322 4.3: two digits
        year += 2000 if year < 50 else 1900
    elif year < 1000:
        year += 1900
    try:
        # A leap second, or 24:00:00, is the next moment.
        base = datetime(year, month, day, tzinfo=timezone(timedelta(minutes=_offset(rest))))
        when = base + timedelta(hours=hour, minutes=minute, seconds=second)
        return when.astimezone(UTC) if 1900 <= year < 9999 and hour <= 24 else None
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[int, int, int, str] | None:
    """Year, month, day, and the rest of the text, in which the clock stands."""
    if match := _ISO.search(text):
        return int(match[1]), int(match[2]), int(match[3]), text[match.end() :].lstrip("T ")
    for match in _DAY_MONTH_YEAR.finditer(text):
        if (month := _month(match[2])) and match[3]:
            return int(match[3]), month, int(match[1]), text[match.end() :]
    for match in _MONTH_DAY.finditer(text):
        month = _month(match[1])
        year = _YEAR.search(text, match.end())
        if month and year:
            rest = text[match.end() : year.start()] + " " + text[year.end() :]
            return int(year[1]), month, int(match[2]), rest
    return None


def _month(name: str) -> int:
    lower = name.lower()
    return _MONTHS.index(lower) + 1 if lower in _MONTHS else 0


def _offset(rest: str) -> int:
    """Minutes east of Greenwich; 0 where no zone is given, or one that is on no map."""
    if match := _OFFSET.search(rest):
        minutes = int(match[2]) * 60 + int(match[3])
        return 0 if minutes >= 24 * 60 else minutes * (-1 if match[1] == "-" else 1)
    match = _ZONE.search(rest)
    return _ZONES.get(match[0], 0) if match else 0
