"""The date of a mail in UTC, out of whatever stands in its headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_GLUED_ZONE: Final = re.compile(r"(\d)([+-]\d{4})\b")
_DOTS: Final = re.compile(r"\b(\d{1,2})\.(\d{2})\.(\d{2})\b")


def read_date(candidates: Iterable[bytes]) -> datetime | None:
    """The first of these header values that is a date; what stands before a `;` (Received) is left out."""
    for raw in candidates:
        text = raw.decode("ascii", "replace").rpartition(";")[2].strip()
        if text and (found := _date(text[:200])) is not None:
            return found
    return None


def _date(text: str) -> datetime | None:
    if match := _ISO.match(text):
        return _iso(match)
    plain = _GLUED_ZONE.sub(r"\1 \2", _COMMENT.sub(" ", text))
    for attempt in (plain, _DOTS.sub(r"\1:\2:\3", plain)):
        try:
            found = parsedate_tz(attempt)
        except (ValueError, IndexError, TypeError, OverflowError):  # it promises None, and does not always keep it
            continue
        if found is not None:
            year, month, day, hour, minute, second = found[:6]
            return _aware((year, month, day, hour, minute, second), offset=found[9] or 0)
    return None


def _iso(match: re.Match[str]) -> datetime | None:
    zone = match[7] or "Z"
    offset = 0
    if zone != "Z":
        digits = zone[1:].replace(":", "")
        offset = (int(digits[:2]) * 60 + int(digits[2:])) * 60 * (-1 if zone[0] == "-" else 1)
    parts = [int(part or 0) for part in match.groups()[:6]]
    return _aware((parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]), offset=offset)


def _aware(parts: tuple[int, int, int, int, int, int], *, offset: int) -> datetime | None:
    year, month, day, hour, minute, second = parts
    if abs(offset) >= 24 * 3600:  # `-9999` and the like: no zone on earth
        offset = 0
    try:
        # A leap second, or 24:00:00, is the next moment.
        base = datetime(year, month, day, tzinfo=timezone(timedelta(seconds=offset)))
        when = base + timedelta(hours=hour, minutes=minute, seconds=second)
        return when.astimezone(UTC) if 1970 <= year < 9999 else None
    except (ValueError, OverflowError):
        return None
