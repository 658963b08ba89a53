"""How long it is until a time, as people write it: `3d`, `in two weeks`, `1h30`, `1 jour et 2 heures`.

A part of the grammar of times (`times`): words are small, without accents, single blanks between them.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

_UNITS: Final = (
    ("minute", ("min", "mn", "minute", "minutes", "mins")),
    ("hour", ("h", "hr", "hrs", "hour", "hours", "heure", "heures")),
    ("day", ("d", "day", "days", "j", "jour", "jours")),
    ("week", ("w", "wk", "wks", "week", "weeks", "sem", "semaine", "semaines")),
    ("month", ("month", "months", "mois")),
    ("year", ("y", "yr", "yrs", "year", "years", "an", "ans", "annee", "annees")),
)
_UNIT: Final = {name: unit for unit, names in _UNITS for name in names}
_ONE: Final = ("a", "an", "one", "un", "une")
_NUMBERS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
}  # fmt: skip
DAWN: Final = 7
"""From this hour on `9h30` is a time of day; `1h30` is rather how long."""
_COUNTED: Final = re.compile(
    rf"(?P<hours>\d{{1,2}})h(?P<minutes>\d{{2}})(?:m(?:in|n)?)?(?![a-z\d])"
    rf"|(?P<count>\d{{1,4}}|(?:{'|'.join(_ONE)})\b) ?(?P<unit>[a-z]+)"
)
_NUMBERED: Final = re.compile(rf"\b({'|'.join(_NUMBERS)}) (?=({'|'.join(_UNIT)})\b)")
_AT: Final = re.compile(rf"\b(at|a|vers) ({'|'.join(_NUMBERS)})\b(?! (?:{'|'.join(_UNIT)})\b)")
"""`monday at nine`"""
_PARTS_OF_HOURS: Final = (
    (r"\b(a|vers) une heure\b", r"\1 1h"),
    (r"\b(?:half an hour|(?:a )?half[ -]hour|(?:une )?demie?[ -]heure)\b", "30 min"),
    (r"\b(?:(?:un )?quart d'heure|(?:a )?quarter of an hour)\b", "15 min"),
    (r"\b(?:trois quarts d'heure|three quarters of an hour)\b", "45 min"),
    (r"\b(?:une heure et demie?|an hour and a half|one hour and a half|one and a half hours?)\b", "90 min"),
    (r"\bune heure et quart\b", "75 min"),
    (r"\b(\d{1,2}) (?:and a half hours?|hours? and a half)\b", r"\1h30min"),
    (r"\b(\d{1,2})h et demie?\b", r"\1h30"),
    (r"\b(\d{1,2})h et quart\b", r"\1h15"),
)
_JOINT: Final = re.compile(r" (?:(?:and|et) )?|(?=\d)")
CLOCK: Final = re.compile(
    r"(?P<at>(?:at|a|vers) )?(?P<hour>\d{1,2})(?:(?P<h>h)|(?:[:h.](?P<minute>\d{2})))?(?P<half>am|pm)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """How long it is until then."""

    months: int = 0
    days: int = 0
    passes: timedelta | None = None
    """Hours and minutes; None where days alone are counted."""


def read_span(text: str) -> Span | None:
    """Numbers of units, one after the other; None where the words are none, or rather a time of day.

    `9h` alone may be either, and `9h30` is a time of day, also behind a number of days; `1d 2h` is how long.
    """
    is_ahead = text.startswith(("in ", "dans "))
    at = text.index(" ") + 1 if is_ahead else 0
    found, last, parts, span, is_joined = _COUNTED.match(text, at), "", 0, Span(), False
    while found is not None:
        grown = _with_part(span, found)
        if grown is None:
            return None
        span, last, parts, at = grown, found[0], parts + 1, found.end()
        joint = _JOINT.match(text, at)
        found = _COUNTED.match(text, joint.end()) if joint is not None else None
        is_joined = is_joined or (joint is not None and joint[0] != " ")
    if parts == 0 or at != len(text):
        return None
    clock = CLOCK.fullmatch(last)
    if clock is None or is_joined or (is_ahead and parts == 1):
        return span
    hour = int(clock["hour"])
    return None if (hour < 24 if parts == 1 else DAWN <= hour < 24) else span


def _with_part(span: Span, found: re.Match[str]) -> Span | None:
    passes = span.passes or timedelta()
    if found["hours"]:
        return replace(span, passes=passes + timedelta(hours=int(found["hours"]), minutes=int(found["minutes"])))
    count = int(found["count"]) if found["count"].isdigit() else 1
    match _UNIT.get(found["unit"]):
        case "minute":
            return replace(span, passes=passes + timedelta(minutes=count))
        case "hour":
            return replace(span, passes=passes + timedelta(hours=count))
        case "day" | "week" as unit:
            return replace(span, days=span.days + count * (7 if unit == "week" else 1))
        case "month" | "year" as unit:
            return replace(span, months=min(span.months + count * (12 if unit == "year" else 1), 99))
        case _:
            return None


def with_digits(text: str) -> str:
    """The text with its numbers of units and its hours in digits: `two weeks`, `at nine`."""
    text = _NUMBERED.sub(lambda found: f"{_NUMBERS[found[1]]} ", text)
    return _AT.sub(lambda found: f"{found[1]} {_NUMBERS[found[2]]}", text)


def with_minutes(text: str) -> str:
    """The text with parts of hours in minutes: `half an hour`, `2h et demie`."""
    for words, minutes in _PARTS_OF_HOURS:
        text = re.sub(words, minutes, text)
    return text
