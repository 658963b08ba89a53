"""Hours in which a person is told nothing, and the times of their digest; both by their own clock."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from bot.domain.times import WEEKDAYS
from bot.domain.words import Word, bare, meant

MOST_WORDS: Final = 40
"""Characters in which such times can be named."""
DAILY: Final = Word("daily", ("quotidien", "quotidienne", "jour", "journalier"))
WEEKLY: Final = Word("weekly", ("hebdomadaire", "hebdo", "semaine"))
_TIME: Final = r"(\d{1,2})(?: ?[:h.](?: ?(\d{2}))?)?(?: ?([ap])\.?m\.?)?"
"""`22`, `22:30`, `22 h 30`, `10pm`; without accents, and with plain blanks."""
_SPAN: Final = re.compile(
    rf"(?:de |from |entre |between )?{_TIME} ?(?:[-\u2010-\u2015\u2212]|to|until|and|a|et|jusqu.a) ?{_TIME}"
)
_AT: Final = re.compile(_TIME)
_FILLERS: Final = frozenset("at a le la les on every each chaque tous toutes the".split())
_DAYS: Final = frozenset("day days jours".split())
"""With a word of `_FILLERS` they are `DAILY`, in which a slip is known."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one time of the day to another, perhaps past midnight."""

    begin: time
    end: time

    @property
    def written(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def holds(self, at: time) -> bool:
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


def read_span(words: str) -> Span | None:
    """`22:00-7:00`, `22h à 7h`; None where it is none, or no time at all."""
    found = _SPAN.fullmatch(" ".join(bare(words).split())) if len(words) <= MOST_WORDS else None
    if found is None:
        return None
    begin, end = _time(*found.group(1, 2, 3)), _time(*found.group(4, 5, 6))
    return Span(begin, end) if begin is not None and end is not None and begin != end else None


def quiet_until(written: str, now: datetime, there: tzinfo) -> datetime | None:
    """When the quiet in which it is now ends; None where it is not quiet.

    Where clocks are changed it ends by the clock of that day; a time that the clock leaves out is an hour later, and of
    one that it shows twice the first counts.
    """
    span, here = read_span(written) if written else None, now.astimezone(there)
    if span is None or not span.holds(here.time()):
        return None
    if here.fold and here.time() < span.end and datetime.combine(here.date(), span.end, tzinfo=there) <= now:
        return None
    return _next(span.end, now, there, None)


@dataclass(frozen=True, slots=True)
class Digest:
    """When somebody is told what waits: each day, or on one day of the week."""

    at: time
    weekday: int | None = None
    """0 is Monday; None: each day."""

    @property
    def written(self) -> str:
        return f"{'daily' if self.weekday is None else WEEKDAYS[self.weekday][0]} {self.at:%H:%M}"


def read_digest(words: str) -> Digest | None:
    """`daily 8:00`, `weekly monday 8:00`, `le lundi à 8 h`, `8h`; without a time at eight."""
    parts = bare(words).split() if len(words) <= MOST_WORDS else []
    parts = [one for one in parts if one not in _FILLERS]
    if parts and meant((WEEKLY,), parts[0]):
        parts = parts[1:]
        weekday = _weekday(parts[0]) if parts else 0
        if weekday is None:
            return None
        return _at(parts[1:], weekday)
    if parts and (parts[0] in _DAYS or meant((DAILY,), parts[0])):
        return _at(parts[1:], None)
    if parts and parts[0][0].isdecimal():
        return _at(parts, None)
    weekday = _weekday(parts[0]) if parts else None
    return None if weekday is None else _at(parts[1:], weekday)


def next_digest(written: str, now: datetime, there: tzinfo) -> datetime | None:
    """Its next time after now; None where there is none."""
    digest = read_digest(written) if written else None
    return None if digest is None else _next(digest.at, now, there, digest.weekday)


def _next(at: time, now: datetime, there: tzinfo, weekday: int | None) -> datetime:
    today = now.astimezone(there).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        found = datetime.combine(day, at, tzinfo=there).astimezone(UTC)
        if found > now and weekday in (None, day.weekday()):
            return found
    raise AssertionError("each weekday comes within eight days")


def _at(parts: list[str], weekday: int | None) -> Digest | None:
    if not parts:
        return Digest(time(8), weekday)
    found = _AT.fullmatch(" ".join(parts))
    at = _time(*found.group(1, 2, 3)) if found is not None else None
    return None if at is None else Digest(at, weekday)


def _weekday(word: str) -> int | None:
    return next((number for number, names in enumerate(WEEKDAYS) if word in names), None)


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    """`half`: `a` or `p` of the day, by the clock of twelve hours."""
    number = int(hour)
    if half is not None:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half == "p" else 0)
    return time(number, int(minute or 0)) if number <= 23 and int(minute or 0) <= 59 else None
