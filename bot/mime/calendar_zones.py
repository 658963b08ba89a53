"""Times of a calendar object (RFC 5545 3.3.5) as moments, by the zones that stand in the object itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.patterns import pattern

_TIME: Final = pattern(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?(Z?)")
_OFFSET: Final = pattern(r"([+-])(\d{2})(\d{2})(?:\d{2})?")
_NAME: Final = pattern(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}")
_BY_DAY: Final = pattern(r"([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Observance:
    """One half of a zone (RFC 5545 3.6.5): from its `start`, in each year by its rule, the offset holds."""

    start: str
    offset: str
    rule: str


def moment(written: str, zone: str, observances: Sequence[Observance]) -> datetime | None:
    """The moment that a DATE-TIME names, in UTC; None for a whole day, and where its zone is not known."""
    found = _TIME.fullmatch(written)
    if found is None:
        return None
    try:
        year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
        local = datetime(year, month, day, hour, minute, tzinfo=UTC)
        if found[7]:
            return local
        if known := _known(zone):
            return local.replace(tzinfo=known).astimezone(UTC)
        offset = _offset_at(local, observances)
        return None if offset is None else local - offset
    except (ValueError, OverflowError):
        return None


@cache
def _zone_named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _known(name: str) -> ZoneInfo | None:
    # Some write a path before the name: /freeassociation.sourceforge.net/Europe/Paris.
    for one in (name, "/".join(name.split("/")[-2:])):
        if _NAME.fullmatch(one) and (found := _zone_named(one)):
            return found
    return None


def _offset_at(local: datetime, observances: Sequence[Observance]) -> timedelta | None:
    """The offset at that time on the clock: that of the observance that began last."""
    best: tuple[datetime, timedelta] | None = None
    for one in observances[:20]:
        offset = _offset(one.offset)
        if offset is None:
            continue
        onsets = [onset for year in (local.year - 1, local.year) if (onset := _onset(one, year)) and onset <= local]
        if onsets and (best is None or onsets[-1] > best[0]):
            best = onsets[-1], offset
    return best[1] if best else None


def _offset(written: str) -> timedelta | None:
    found = _OFFSET.fullmatch(written)
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -size if found[1] == "-" else size


def _onset(one: Observance, year: int) -> datetime | None:
    """When an observance begins in a year; without a rule, when it began."""
    start = _TIME.fullmatch(one.start)
    if start is None:
        return None
    begun = datetime(*(int(part) for part in start.groups()[:5]), tzinfo=UTC)  # type: ignore[misc, arg-type]
    rule = dict(part.partition("=")[::2] for part in one.rule.upper().split(";"))
    if rule.get("FREQ") != "YEARLY":
        return begun
    by_day = _BY_DAY.fullmatch(rule.get("BYDAY", ""))
    month = rule.get("BYMONTH", "")
    if by_day is None or not month.isdecimal() or not 1 <= int(month) <= 12 or year < begun.year:
        return None
    return _nth(year, int(month), _DAYS.index(by_day[2]), int(by_day[1])).replace(hour=begun.hour, minute=begun.minute)


def _nth(year: int, month: int, weekday: int, number: int) -> datetime:
    """The so manieth such weekday of a month; counted from its end where the number is negative."""
    first = datetime(year, month, 1, tzinfo=UTC)
    if number > 0:
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-number - 1))
