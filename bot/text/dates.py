"""Times and spans of time as people read them, in their language and time zone."""

from datetime import datetime
from functools import cache
from typing import Final

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_datetime

from bot.domain.times import zone
from bot.text.reader import Reader

_PATTERNS: Final = {
    "clock": "HH:mm",
    "second": "HH:mm:ss",
    "date": "d MMM",
    "old": "d MMM y",
    "day": "d MMM HH:mm",
    "year": "d MMM y HH:mm",
    "full": "EEEE d MMMM y HH:mm",
    "coming": "EEE d MMM HH:mm",
}


@cache
def locale(language: str) -> Locale:
    """The locale for dates. English dates are those of Europe: the day stands before the month."""
    code = language.replace("-", "_")
    try:
        return Locale.parse("en_GB" if code == "en" else code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def clock(at: datetime, reader: Reader) -> str:
    """A moment as `11:04` today, `12 Jun 11:04` this year, else with the year."""
    return _by_age(at, ("clock", "day", "year"), reader)


def to_the_second(at: datetime, reader: Reader) -> str:
    """A time of day as `11:04:20`, for what happens within the next minutes."""
    there = zone(reader.timezone)
    return format_datetime(at.astimezone(there), _PATTERNS["second"], tzinfo=there, locale=locale(reader.language))


def moment(at: datetime, *, language: str, timezone: str) -> str:
    """A date and time that stays clear on any later day."""
    there = zone(timezone)
    return format_datetime(at.astimezone(there), _PATTERNS["year"], tzinfo=there, locale=locale(language))


def in_full(at: datetime, *, language: str, timezone: str) -> str:
    """`Monday 30 November 2026 09:00`: for a time that a person named in words of their own."""
    there = zone(timezone)
    return format_datetime(at.astimezone(there), _PATTERNS["full"], tzinfo=there, locale=locale(language))


def coming(at: datetime, reader: Reader) -> str:
    """`Mon 30 Nov 09:00`: a time within the year to come."""
    there = zone(reader.timezone)
    return format_datetime(at.astimezone(there), _PATTERNS["coming"], tzinfo=there, locale=locale(reader.language))


def day(at: datetime, reader: Reader) -> str:
    """A date as `26 Nov 11:04` today, else `12 Jun`, or `12 Jun 2025`: right on any day that somebody reads it."""
    return _by_age(at, ("day", "date", "old"), reader)


def _by_age(at: datetime, patterns: tuple[str, str, str], reader: Reader) -> str:
    """A moment by the first pattern today, by the second this year, else by the third."""
    there = zone(reader.timezone)
    local, today = at.astimezone(there), reader.now.astimezone(there)
    is_today, is_this_year = local.date() == today.date(), local.year == today.year
    pattern = patterns[0 if is_today else 1 if is_this_year else 2]
    return format_datetime(local, _PATTERNS[pattern], tzinfo=there, locale=locale(reader.language))
