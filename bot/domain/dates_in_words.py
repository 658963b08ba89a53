"""Days, months and years that have passed, as people write them in both languages."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.domain.folding import fold
from bot.domain.times import WEEKDAYS

_TODAY: Final = {"today": 0, "aujourd'hui": 0, "aujourdhui": 0, "yesterday": 1, "hier": 1}
_AGO: Final = re.compile(r"(\d{1,4})([dj]|w|s|sem)")
_WEEKDAY: Final = {name: number for number, names in enumerate(WEEKDAYS) for name in names}
_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")
_LONGEST_YEARS: Final = 8
"""Years from one 29 February to the next one, at most."""


@dataclass(frozen=True, slots=True)
class Days:
    """From the start of the first day until the start of the day after the last one."""

    start: datetime
    end: datetime


def read_day(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The start of the days that are meant (`read_days`)."""
    days = read_days(words, now, zone)
    return None if days is None else days.start


def read_days(words: str, now: datetime, zone: tzinfo) -> Days | None:
    """The year, the month or the day that is meant: `2026`, `2026-03`, `2026-03-31`, `31/03/2026`, `31/03`, `monday`,
    `yesterday`, `30d`, `2w`. A weekday, and a date without a year, are the last of their kind, today counted.

    None where the words are none of the years 1970 to 2100.
    """
    word = fold(words.strip()).replace("’", "'")
    local = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    ago = _AGO.fullmatch(word)
    if word in _TODAY or ago:
        days = _TODAY[word] if ago is None else int(ago[1]) * (1 if ago[2] in "dj" else 7)
        return _day(local - timedelta(days=days))
    if word in _WEEKDAY:
        return _day(local - timedelta(days=(local.weekday() - _WEEKDAY[word]) % 7))
    iso, day_first = _ISO.fullmatch(word), _DAY_FIRST.fullmatch(word)
    if iso is not None:
        year, month, day = (int(part) if part else None for part in iso.groups())
        return _of(year or 0, month, day, zone)
    if day_first is None:
        return None
    day, month = int(day_first[1]), int(day_first[2])
    if day_first[3]:
        return _of(int(day_first[3]), month, day, zone)
    passed = (_of(local.year - back, month, day, zone) for back in range(_LONGEST_YEARS + 1))
    return next((one for one in passed if one is not None and one.start <= local), None)


def _of(year: int, month: int | None, day: int | None, zone: tzinfo) -> Days | None:
    if not 1970 < year < 2100:
        return None
    try:
        start = datetime(year, month or 1, day or 1, tzinfo=zone)
    except ValueError:
        return None
    if day is not None:
        return _day(start)
    if month is None:
        return Days(start, start.replace(year=year + 1))
    return Days(start, (start + timedelta(days=31)).replace(day=1))


def _day(start: datetime) -> Days:
    # By the clock on the wall: a day on which clocks change is not of 24 hours.
    return Days(start, start + timedelta(days=1))
