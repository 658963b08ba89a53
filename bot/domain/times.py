"""Times as people write them, in English and in French: `monday 9:00`, `lundi 9h`, `3d`, `in 2 weeks`, `demain`.

A grammar of our own: of the words that people write here, the library for both languages (`dateparser` 1.5, 19 MB of
memory) reads `lundi 9h` as the ninth of this month, `demain 14h` as the day after tomorrow, `3/12 9h` as today at
19:00, and `lundi prochain à 9h30` not at all.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.time_spans import CLOCK, DAWN, Span, read_span, with_digits, with_minutes
from bot.domain.words import bare

_MORNING: Final = timedelta(hours=9)
"""The time of a day that is named without one."""
MOST_AHEAD: Final = timedelta(days=367)
"""A year, with its 29 February, and the morning of its day."""
_ANY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MOST_WORDS: Final = 60
"""Characters in which a time can be named."""


class NoTime(Enum):
    """Why words name no time to come."""

    UNREADABLE = "unreadable"
    PAST = "past"
    TOO_FAR = "too_far"
    HOURS_OR_CLOCK = "hours_or_clock"
    """`9h`, `9 heures`: in nine hours, or at nine."""
    OTHER_DAY = "other_day"
    """The date that stands beside the day of the week is another day: nobody knows which of the two was meant."""


WEEKDAYS: Final = (
    ("monday", "mon", "lundi", "lun"),
    ("tuesday", "tues", "tue", "mardi"),
    ("wednesday", "wed", "mercredi", "mer"),
    ("thursday", "thurs", "thur", "thu", "jeudi", "jeu"),
    ("friday", "fri", "vendredi", "ven"),
    ("saturday", "sat", "samedi", "sam"),
    ("sunday", "sun", "dimanche", "dim"),
)
"""By their number, from Monday on."""
_MONTHS: Final = (
    ("january", "jan", "janvier", "janv"),
    ("february", "feb", "fevrier", "fevr", "fev"),
    ("march", "mars"),
    ("april", "apr", "avril", "avr"),
    ("may", "mai"),
    ("june", "jun", "juin"),
    ("july", "jul", "juillet", "juil"),
    ("august", "aug", "aout"),
    ("september", "sept", "sep", "septembre"),
    ("october", "oct", "octobre"),
    ("november", "nov", "novembre"),
    ("december", "dec", "decembre"),
)
"""Without `mar`, which is a day in one language and a month in the other."""
_DAY: Final = {name: number for number, names in enumerate(WEEKDAYS) for name in names}
_DAY_OF_DATE: Final = {**_DAY, "mar": 1}
"""Before a date `mar` is the day."""
_MONTH: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_PARTS: Final = {
    "noon": 12, "midi": 12, "morning": 9, "matin": 9, "afternoon": 14, "apres-midi": 14, "aprem": 14,
    "evening": 18, "soir": 18, "tonight": 18, "night": 18, "midnight": 24, "minuit": 24,
}  # fmt: skip
"""Hours. Midnight ends the day that stands beside it: `demain à minuit` is the night that follows tomorrow."""
_HALVES: Final = {
    "morning": (0, 11), "matin": (0, 11), "afternoon": (12, 19), "apres-midi": (12, 19), "aprem": (12, 19),
    "evening": (16, 23), "soir": (16, 23), "tonight": (17, 23), "night": (17, 23),
}  # fmt: skip
"""The hours that may stand beside a part of the day."""
_OF_DAY: Final = ("in the ", "du ", "de l'", "tonight")
"""Behind a bare number these make it a time of day."""
_AHEAD: Final = {"today": 0, "aujourd'hui": 0, "tomorrow": 1, "tmrw": 1, "demain": 1, "day after tomorrow": 2,
                 "apres-demain": 2, "apres demain": 2}  # fmt: skip
_YEARS: Final = (1900, 2999)
_WEEKS_ON: Final = {"week": 1, "en huit": 1, "en quinze": 2}
"""Behind a day: `monday week`, `lundi en huit`."""
_NEXT_WEEK: Final = ("next week", "semaine prochaine", "la semaine prochaine")
_NEXT_MONTH: Final = ("next month", "mois prochain", "le mois prochain")

_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:?\d{2})?")
_LEAD: Final = re.compile(
    r"(?P<au>jusqu'au|d'ici au|au) |(?P<by>d'ici(?: a)?) |(?P<until>(?:up )?(?:until|till|til|to)|jusqu'a|jusque|a) "
    r"|(?P<span>for|by|during|pendant|durant|de|pour) |(?P<de>d')"
)
"""What a command's name asks for before the time: `snooze until monday`, `reporter à demain`, `reporter de 3 jours`."""
_PART: Final = re.compile(r"(?:(?:in the|this|ce|cet|cette|le|a|at|du|de) |(?:de )?l')?(?P<part>[a-z-]+)")
_WEEKDAY: Final = re.compile(
    r"(?:(?:on|le|ce|this) )?(?P<next>(?:next|prochain) )?(?P<day>[a-z]+)(?P<prochain> prochain)?"
)
_ON_FROM: Final = re.compile(rf"(?:on |d'|le )?(?P<day>[a-z']+) (?P<on>{'|'.join(_WEEKS_ON)})")
_DAY_ALONE: Final = re.compile(r"(?:le|(?:on )?the) (?P<day>\d{1,2})(?:st|nd|rd|th|er)?")
_WEEKDAY_DATE: Final = re.compile(
    r"(?:(?:on|le|ce) )?(?P<day>[a-z]+) (?:(?P<the>le|the) )?(?P<date>\d{1,2})(?P<th>st|nd|rd|th|er)?"
)
_BEFORE_DATE: Final = re.compile(r"(?:(?:on|le|ce) )?(?P<day>[a-z]+) (?:prochain )?(?P<date>(?:le |the )?[a-z]*.*\d.*)")
"""The day of the week before a date of any other kind: `mercredi 2/12`, `thursday 3 december`."""
_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_SLASHED: Final = re.compile(r"(?:(?:on|le) )?(?P<day>\d{1,2})[/.](?P<month>\d{1,2})(?:[/.](?P<year>\d{4}|\d{2}))?")
_DAY_MONTH: Final = re.compile(
    r"(?:(?:on|le|the) )?(?P<day>\d{1,2})(?:st|nd|rd|th|er)? (?P<month>[a-z]+)\.?(?: (?P<year>\d{4}))?"
)
_MONTH_DAY: Final = re.compile(r"(?:on )?(?P<month>[a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?")


@cache
def zone(timezone: str) -> tzinfo:
    """The time zone of that name; UTC where the system does not know it."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def is_zone(timezone: str) -> bool:
    """Whether the system knows a time zone of that name."""
    return timezone.upper() == "UTC" or ("/" in timezone and (timezone.startswith("Etc/") or zone(timezone) is not UTC))


def read_time(words: str, now: datetime, zone: tzinfo) -> datetime | NoTime:
    """The time that words name, by the clock of `zone`: ahead of `now`, and a year ahead at most.

    A day without a time is its morning. A weekday, a date without a year and a time alone are the next of their kind.
    Days, weeks and months are counted on the calendar; hours and minutes as they pass, also where clocks are changed.
    A time that the clock leaves out in spring is an hour later; of one that comes twice in autumn the first is meant.
    """
    text = _plain(words)
    if not text or len(text) > _MOST_WORDS:
        return NoTime.UNREADABLE
    if _INSTANT.fullmatch(text):
        return _instant(text, now, zone)
    found = _read(text, now, zone)
    without = _without_lead(text) if found is NoTime.UNREADABLE else ""
    return _read(without, now, zone) if without else found


def _read(text: str, now: datetime, zone: tzinfo) -> datetime | NoTime:
    local = now.astimezone(zone)
    span = read_span(text)
    if span is not None and span.passes is not None:
        return _within(_after(span, local), now)
    pieces, none = text.split(" "), NoTime.UNREADABLE
    for cut in range(len(pieces), -1, -1):
        first, rest = " ".join(pieces[:cut]), " ".join(pieces[cut:])
        for day, clock in ((first, rest), (rest, first)):
            found = _named(day, clock, local, zone)
            if found is NoTime.OTHER_DAY:
                # Unless what seems to be the date is a time.
                none = found
            elif found is not None:
                return found if isinstance(found, NoTime) else _within(found, now)
    return none


def _instant(text: str, now: datetime, zone: tzinfo) -> datetime | NoTime:
    """As programs write it (ISO 8601): `2026-11-30T09:00`, by the clock of `zone` where it names none."""
    try:
        at = datetime.fromisoformat(text.upper())
    except ValueError:
        return NoTime.UNREADABLE
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        return NoTime.UNREADABLE
    return _within(at if at.tzinfo is not None else at.replace(tzinfo=zone), now)


def _without_lead(text: str) -> str:
    """The words without what leads to a time; empty where nothing does, or more than one thing is meant."""
    found = _LEAD.match(text)
    if found is None:
        return ""
    rest = text[found.end() :]
    if found["span"] or found["de"]:
        is_both = found["span"] == "pour" and CLOCK.fullmatch(rest) is not None
        if is_both:
            return ""
        is_span = read_span(f"in {rest}") is not None
        return f"in {rest}" if is_span else rest if found["span"] in ("for", "pour") else ""
    if found["by"]:
        return rest
    if found["au"]:
        return f"le {rest}"
    return f"at {rest}" if CLOCK.fullmatch(rest) else rest


def names_time(words: str) -> bool:
    """Whether words name a time at all, to come or not."""
    return read_time(words, _ANY, UTC) is not NoTime.UNREADABLE


def _plain(words: str) -> str:
    """Small letters without accents and quotes, single blanks; `9 h 30`, `9 heures 30` and `9 am` in one piece."""
    text = bare(words).replace("’", "'").strip(" \n\t\"'“”«».!")
    text = re.sub(r"[\s,]+", " ", text)
    # `a.m.`, and the stop of `lun.`
    text = re.sub(r"\b([ap])\.m\b\.?", r"\1m", text)
    text = re.sub(r"(?<=[a-z])\.(?= )", "", text)
    text = with_digits(text)
    text = re.sub(r"(?<=\d) ?heures?\b", "h", text)
    text = re.sub(r"(?<=\d) (?=(?:h|am|pm)\b)", "", text)
    return with_minutes(re.sub(r"(?<=\dh) (?=\d\d\b)", "", text))


def _within(at: datetime, now: datetime) -> datetime | NoTime:
    at = at.astimezone(UTC)
    if at <= now:
        return NoTime.PAST
    return at if at - now <= MOST_AHEAD else NoTime.TOO_FAR


def _after(span: Span, local: datetime) -> datetime:
    """Days are counted on the calendar, hours as they pass."""
    day = months_on(local.date(), span.months) + timedelta(days=span.days)
    start = local if day == local.date() else datetime.combine(day, local.time(), local.tzinfo)
    return start.astimezone(UTC) + (span.passes or timedelta())


def _named(day: str, clock: str, local: datetime, zone: tzinfo) -> datetime | NoTime | None:
    """A day and a time of it; None where one of the two is none."""
    at = _clock(clock, is_alone=not day) if clock else _MORNING
    if at is None or isinstance(at, NoTime):
        return at
    today = local.date()
    days = list(_days(day, today, clock)) if day else [today, today + timedelta(days=1)]
    # Added on the clock of the zone, whatever passes meanwhile.
    moments = [(one, datetime.combine(one, time(), zone) + at) for one in days]
    ahead = (one for one in moments if one[1].astimezone(UTC) > local.astimezone(UTC))
    meant = next(ahead, moments[-1] if moments else None)
    if meant is None:
        return None
    return NoTime.OTHER_DAY if _day_beside(day) not in (None, meant[0].weekday()) else meant[1]


def _day_beside(day: str) -> int | None:
    """The day of the week that stands before a date, by its number; None without one."""
    found = _WEEKDAY_DATE.fullmatch(day) or _BEFORE_DATE.fullmatch(day)
    return _DAY_OF_DATE.get(found["day"]) if found is not None else None


def _clock(text: str, *, is_alone: bool) -> timedelta | NoTime | None:
    """A time of day, as its clock shows it: hours and minutes from the start of the day."""
    part = _PART.fullmatch(text)
    if part is not None and part["part"] in _PARTS:
        return timedelta(hours=_PARTS[part["part"]])
    found = CLOCK.fullmatch(text)
    if found is None:
        return _beside_part(text)
    is_bare = found["h"] is None and found["minute"] is None and found["half"] is None
    if is_bare and found["at"] is None:
        return None
    if is_alone and found["half"] is None and found["at"] is None:
        is_written_out = found["minute"] is not None and "h" in text and int(found["hour"]) < DAWN
        if found["h"] is not None or is_written_out:
            return NoTime.HOURS_OR_CLOCK
    return _of_clock(found)


def _beside_part(text: str) -> timedelta | None:
    """A time beside the part of the day that it is in: `matin 8h`, `8h du soir`, `tonight at 8`."""
    pieces = text.split(" ")
    for cut in range(1, len(pieces)):
        first, rest = " ".join(pieces[:cut]), " ".join(pieces[cut:])
        for words, time_of_day in ((first, rest), (rest, first)):
            part, clock = _PART.fullmatch(words), CLOCK.fullmatch(time_of_day)
            hours = _HALVES.get(part["part"]) if part is not None else None
            at = _of_clock(clock) if clock is not None else None
            # `mercredi 2 matin` is rather a date.
            is_bare = time_of_day.isdigit() and words == rest and not words.startswith(_OF_DAY)
            if hours is None or at is None or is_bare:
                continue
            # `8h du soir` is 20:00.
            later = at + timedelta(hours=12) if at < timedelta(hours=12) and hours[0] >= 12 else at
            return later if timedelta(hours=hours[0]) <= later < timedelta(hours=hours[1] + 1) else None
    return None


def _of_clock(found: re.Match[str]) -> timedelta | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    # `demain 24h` ends tomorrow.
    return timedelta(hours=hour, minutes=minute) if minute < 60 and (hour < 24 or (hour, minute) == (24, 0)) else None


def _days(text: str, today: date, clock: str) -> Iterator[date]:
    """The days that may be meant, the nearest first. `clock` is what stands beside them, empty for nothing."""
    if text in _AHEAD:
        yield today + timedelta(days=_AHEAD[text])
    elif text in _NEXT_WEEK:
        yield today + timedelta(days=7 - today.weekday())
    elif text in _NEXT_MONTH:
        yield months_on(today.replace(day=1), 1)
    elif (span := read_span(text)) is not None:
        if span.passes is None:
            yield months_on(today, span.months) + timedelta(days=span.days)
    elif (on := _ON_FROM.fullmatch(text)) is not None and (on["day"] in _AHEAD or on["day"] in _DAY):
        ahead = _AHEAD[on["day"]] if on["day"] in _AHEAD else (_DAY[on["day"]] - today.weekday()) % 7
        yield today + timedelta(days=ahead + 7 * _WEEKS_ON[on["on"]])
    elif (alone := _DAY_ALONE.fullmatch(text)) is not None:
        # Of three months one at least has the day.
        months = [months_on(today.replace(day=1), count) for count in range(3)]
        yield from (one.replace(day=n) for one in months if 0 < (n := int(alone["day"])) <= _last_of(one).day)
    elif (dated := _WEEKDAY_DATE.fullmatch(text)) is not None and dated["day"] in _DAY:
        yield from _weekday_date(dated, today, is_timed=any(map(str.isdigit, clock)))
    elif (weekday := _WEEKDAY.fullmatch(text)) is not None and weekday["day"] in _DAY:
        ahead = (_DAY[weekday["day"]] - today.weekday()) % 7
        if ahead or (clock and not weekday["next"] and not weekday["prochain"]):
            yield today + timedelta(days=ahead)
        yield today + timedelta(days=ahead + 7)
    else:
        before = _BEFORE_DATE.fullmatch(text)
        if before is not None and before["day"] in _DAY_OF_DATE and not _is_clock(before["date"]):
            text = before["date"]
        yield from _dates(text, today)


def _is_clock(text: str) -> bool:
    """`monday 9.10` is a time, `monday 30.11` is none."""
    found = CLOCK.fullmatch(text)
    return found is not None and _of_clock(found) is not None


def _weekday_date(found: re.Match[str], today: date, *, is_timed: bool) -> Iterator[date]:
    """The next of that number. `monday 9` may be at nine, unless a time stands beside it."""
    number = int(found["date"])
    if number < 24 and not (found["the"] or found["th"] or is_timed):
        return
    months = [months_on(today.replace(day=1), count) for count in range(3)]
    days = (one.replace(day=number) for one in months if 0 < number <= _last_of(one).day)
    nearest = next((day for day in days if day >= today), None)
    if nearest is not None:
        yield nearest


def _dates(text: str, today: date) -> Iterator[date]:
    """A date with its year, or those of the years to come."""
    for kind in (_ISO, _SLASHED, _DAY_MONTH, _MONTH_DAY):
        found = kind.fullmatch(text)
        if found is None:
            continue
        month = int(found["month"]) if found["month"].isdigit() else _MONTH.get(found["month"], 0)
        year = found["year"]
        years = [int(year) if len(year) == 4 else 2000 + int(year)] if year else [today.year, today.year + 1]
        for one in years:
            if not _YEARS[0] <= one <= _YEARS[1]:
                continue
            try:
                yield date(one, month, int(found["day"]))
            except ValueError:
                continue
        return


def months_on(day: date, count: int) -> date:
    """The same day of a later month, or its last one; of an earlier one where `count` is below 0."""
    months = day.year * 12 + day.month - 1 + count
    first = date(months // 12, months % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), _last_of(first))


def _last_of(first: date) -> date:
    """The last day of a month, by its first."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
