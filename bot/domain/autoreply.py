"""The automatic answer of a mailbox: its words, the hours in which it is silent, and whether it is on.

When one goes, and to whom, is `rules/autoreply.py` (RFC 3834).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.domain.times import WEEKDAYS
from bot.domain.words import bare

MOST_LETTERS: Final = 10_000
MOST_HOURS: Final = 200
"""Characters in which office hours can be named."""
MOST_AN_HOUR: Final = 20
"""Automatic answers of a mailbox within an hour: more are a flood, and stop it."""


class Standing(StrEnum):
    """Whether it is given."""

    OFF = "off"
    ON = "on"
    STOPPED = "stopped"
    """By a flood, until somebody switches it on again."""


@dataclass(frozen=True, slots=True)
class AutoReply:
    """The automatic answer of one mailbox."""

    standing: Standing = Standing.OFF
    since: datetime | None = None
    """Since when it stands so; mail from before it was switched on gets none."""
    hours: str = ""
    """Office hours as `written_hours` writes them, in which it is silent; empty: it never is."""
    text: str = ""
    """Markdown with variables."""

    @property
    def is_on(self) -> bool:
        return self.standing is Standing.ON and bool(self.text)


NO_AUTOREPLY: Final = AutoReply()


def kept(one: AutoReply) -> str:
    """As the settings keep it: two lines, then the text."""
    since = "" if one.since is None else one.since.astimezone(UTC).isoformat()
    return f"{one.standing.value} {since}\n{one.hours}\n{one.text}"


def read_kept(value: str) -> AutoReply:
    """What `kept` wrote; of anything else, none."""
    head, _, rest = value.partition("\n")
    hours, _, text = rest.partition("\n")
    standing, _, since = head.partition(" ")
    try:
        at = datetime.fromisoformat(since) if since else None
        return AutoReply(Standing(standing), at, hours, text)
    except ValueError:
        return NO_AUTOREPLY


# --- office hours ---------------------------------------------------------------------------------------------------

_SHORT: Final = {"en": ("mo", "tu", "we", "th", "fr", "sa", "su"), "fr": ("lu", "ma", "me", "je", "ve", "sa", "di")}
_EVERY_DAY: Final = tuple(range(7))
_TIME: Final = re.compile(r"(\d{1,2})(?:[:h.](\d{2})?)?")
_DASHES: Final = re.compile(r"\s*(?:[-\u2010-\u2015\u2212]|\b(?:to|until|au|a)\b)\s*")
_FILLERS: Final = re.compile(r"\b(?:from|on|and|du|de|le|les|et)\b|[\"'«»“”]")
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """Times of some days of the week, in minutes since midnight."""

    days: tuple[int, ...]
    """0 is Monday."""
    times: tuple[tuple[int, int], ...]


def read_hours(words: str) -> tuple[Hours, ...] | None:
    """Office hours as people write them: `mo-fr 9-12 14-17, sa 9-12`, `lundi au vendredi 9h à 17h30`; None: unread."""
    if len(words) > MOST_HOURS:
        return None
    found = []
    for part in re.split(r"[,;\n]", bare(words)):
        tokens = _DASHES.sub("-", _FILLERS.sub(" ", part)).split()
        if not tokens:
            continue
        days: dict[int, None] = {}
        times: list[tuple[int, int]] = []
        for token in tokens:
            named, span = _days(token), _span(token)
            if named and not times:
                days.update(dict.fromkeys(named))
            elif span is not None:
                times.append(span)
            else:
                return None
        if not times:
            return None
        found.append(Hours(tuple(sorted(days)) or _EVERY_DAY, tuple(sorted(times))))
    return tuple(found) or None


def written_hours(hours: tuple[Hours, ...], language: str = "en") -> str:
    """The hours in one form, which `read_hours` reads again."""
    return ", ".join(" ".join((_named(one.days, language), *map(_clocks, one.times))) for one in hours)


def hours_in(written: str, language: str) -> str:
    """Hours that are kept, in somebody's language."""
    return written_hours(read_hours(written) or (), language)


def is_office_time(written: str, local: datetime) -> bool:
    """Whether the office is open at that time on its own clock."""
    minute = local.hour * 60 + local.minute
    return any(
        local.weekday() in one.days and any(begin <= minute < end for begin, end in one.times)
        for one in read_hours(written) or ()
    )


def _days(token: str) -> tuple[int, ...]:
    """The days that `mo`, `lundi` or `mo-fr` name; none where it names none."""
    first, _, last = token.partition("-")
    begin, end = _day(first), _day(last) if "-" in token else _day(first)
    if begin is None or end is None:
        return ()
    return tuple((begin + n) % 7 for n in range((end - begin) % 7 + 1))


def _day(word: str) -> int | None:
    """By its first two letters or more: in the two languages together they are of one day."""
    if len(word) < 2:
        return None
    return next((number for number, names in enumerate(WEEKDAYS) if any(name.startswith(word) for name in names)), None)


def _span(token: str) -> tuple[int, int] | None:
    first, dash, last = token.partition("-")
    begin, end = _minutes(first), _minutes(last)
    return (begin, end) if dash and begin is not None and end is not None and begin < end <= _DAY else None


def _minutes(word: str) -> int | None:
    found = _TIME.fullmatch(word)
    if found is None or int(found[2] or 0) > 59:
        return None
    return int(found[1]) * 60 + int(found[2] or 0)


def _named(days: tuple[int, ...], language: str) -> str:
    """`mo-fr`, `mo we`: days in a row as a range."""
    short = _SHORT.get(language, _SHORT["en"])
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return " ".join(short[run[0]] if len(run) == 1 else f"{short[run[0]]}-{short[run[-1]]}" for run in runs)


def _clocks(span: tuple[int, int]) -> str:
    return "-".join(f"{at // 60}:{at % 60:02}" for at in span)
