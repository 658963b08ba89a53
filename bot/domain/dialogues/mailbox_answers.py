"""What somebody can answer while a mailbox is added, in plain words."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.ids import INVISIBLE, RoomId, UserId
from bot.domain.mail_ways import Written, read_ways
from bot.domain.words import bare


@dataclass(frozen=True, slots=True)
class InRoom:
    """The mails are to come to this room; None: to one that the bot makes."""

    room: RoomId | None


@dataclass(frozen=True, slots=True)
class Begins:
    """Which of the mails that are there already are to come: `new`, `all`, or a date."""

    start: str


@dataclass(frozen=True, slots=True)
class Called:
    """The name that correspondents see."""

    name: str


@dataclass(frozen=True, slots=True)
class Invites:
    """Who is invited to the room, and whether they are to run the mailbox; nobody: those whom a pill names."""

    people: tuple[UserId, ...]
    is_to_run: bool


@dataclass(frozen=True, slots=True)
class Takes:
    """Which of several servers that were found are right, by their number."""

    number: int


@dataclass(frozen=True, slots=True)
class Again:
    """The servers are right as they are: go on, or try again."""


@dataclass(frozen=True, slots=True)
class Yes:
    """The mailbox is to be added as it was summed up."""


Answer = Written | Takes | InRoom | Invites | Begins | Called | Again | Yes
_NEW: Final = frozenset({"new", "nouveau", "new room", "nouveau salon"})
_NONE: Final = frozenset({"none", "aucun", "aucune", "no", "non"})
_ALL: Final = frozenset({"all", "tout", "tous", "toutes"})
_AGAIN: Final = frozenset({"again", "ok", "encore", "reessayer", "retry"})
_YES: Final = frozenset({"yes", "oui"})
_ROOM: Final = re.compile(r"(?i)(?:room|salon)\s+(?:https://matrix\.to/#/)?(?P<room>![^\s?]{1,250})(?:\?\S*)?")
_INVITES: Final = re.compile(
    r"(?is)(?:(?P<invite>invite[rz]?)|(?P<run>delegate|d[ée]l[ée]gue[rz]?))(?:\s+(?:to|à|a))?\s+(?P<whom>.{1,2000})"
)
_USER: Final = re.compile(r"@[^\s:@,;]{1,200}:[^\s,;)>]{1,200}")
_NUMBER: Final = re.compile(r"(?P<number>[1-9])[.)]?")
_SINCE: Final = re.compile(r"(?i)(?:(?:since|from|depuis)\s+)?(?:le\s+)?(?P<day>[0-9./-]{8,10})")
_DAY: Final = re.compile(r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})")
_NAME: Final = re.compile(r"(?i)(?:name|nom)\s*:?\s+(?P<name>[^\r\n]{1,100})")


def read_answer(words: str, today: date) -> Answer | None:
    """The answer in the words; None where they are none."""
    said = words.translate(INVISIBLE).strip()
    short = bare(" ".join(said.split()))
    if short in _NEW:
        return InRoom(None)
    if short in _NONE:
        return Begins("new")
    if short in _ALL:
        return Begins("all")
    if short in _AGAIN:
        return Again()
    if short in _YES:
        return Yes()
    if (number := _NUMBER.fullmatch(said)) is not None:
        return Takes(int(number["number"]))
    if (room := _ROOM.fullmatch(said)) is not None:
        return InRoom(RoomId(room["room"]))
    if (named := _INVITES.fullmatch(said)) is not None:
        people = tuple(dict.fromkeys(UserId(one) for one in _USER.findall(named["whom"])))
        return Invites(people, named["run"] is not None)
    if (since := _SINCE.fullmatch(said)) is not None:
        day = _day(since["day"])
        return None if day is None or day > today else Begins(day.isoformat())
    if (name := _NAME.fullmatch(said)) is not None and name["name"].isprintable():
        return Called(name["name"].strip())
    return read_ways(said)


def _day(words: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(words)
    found = _DAY.fullmatch(words)
    with suppress(ValueError):
        if found is not None:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    return None
