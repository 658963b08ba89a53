"""A line of an answer by mail, read as the command that it is or that it misses."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from bot.domain.command import ME, Called, Command, Headed, Talk, Text, Wrong
from bot.domain.commands.assign import ASSIGN
from bot.domain.commands.note import NOTE
from bot.domain.commands.reading import read
from bot.domain.commands.snooze import SNOOZE
from bot.domain.commands.status import CLOSE, PENDING
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.mail import Address
from bot.domain.rules.broken_lines import is_broken
from bot.domain.slips import respelt
from bot.domain.stories.for_the_team import is_by_itself
from bot.domain.stories.nearly_lines import LINE_WORDS
from bot.domain.times import NoTime, names_time, read_time
from bot.domain.words import bare_words

_NOBODY: Final = UserId("")
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WAITS: Final = re.compile(r"(?:(?:mettre|mets|mise|met) )?en (?=attente$)", re.IGNORECASE)
"""Before the word it makes the name that people see of the status."""
_HELD_UNTIL: Final = re.compile(
    r"(?:(?:mettre|mets|met|mise|mis) en (?:attente|veille|sommeil)|(?:put|place)(?: (?:this|it))? on hold)"
    r"(?: (?P<while>.{1,40}))|(?:(?:en )?(?:attente|veille)|pending|on hold|hold)"
    r" (?P<until>(?:jusqu['\u2019]|until |till |(?:for|pendant|pour) (?=\d)).{1,40})",
    re.IGNORECASE,
)
"""To wait, and how long: that is `snooze`."""
_TO_ME: Final = re.compile(
    r"(?:assign|assigner|attribuer|confier) (?:(?:to|à|a) )?(?:(?P<me>me|myself)|moi)", re.IGNORECASE
)
"""`assign me`, in the words of somebody who knows it by heart alone."""
_AROUND: Final = " \t\u00a0\u202f.!*_"
_MOST_LINES: Final = 1000
"""Below so many nothing is looked for."""
_MOST_LAST: Final = 3
"""Words of a last line that is no sentence."""
_MOST_SIGNED: Final = 30
"""Lines of a signature."""
_MOST_OF_LINE: Final = 60
"""Letters of a command of a few words."""


@dataclass(frozen=True, slots=True)
class Below:
    """A line below the first that may be a command."""

    line: str
    is_note: bool
    without: str
    """The words without it; empty: it may hold words of the letter as well."""


def read_line(words: str) -> Called | Wrong | Talk:
    """The words, as somebody would say them in the room."""
    nowhere, nothing = RoomId(""), EventId("")
    message = TeamMessage(nowhere, nothing, _NOBODY, "m.text", words, "", (), None, None, _EVER)
    return read(message, bot=_NOBODY)


def by_name(first: str) -> str:
    """A line, with the name of the command where other words for it begin it."""
    line = _WAITS.sub("", first.strip(_AROUND))
    if (mine := _TO_ME.fullmatch(line)) is not None:
        return "assign me" if mine["me"] else "attribuer moi"
    held = _HELD_UNTIL.fullmatch(first.strip(_AROUND))
    if held is not None and names_time(until := held["while"] or held["until"]):
        return f"snooze {until}"
    return line


def is_whole(called: Called, now: datetime, timezone: tzinfo) -> bool:
    """Whether it is one of the commands that a line may be, about this conversation, with nothing behind it that it
    does not take."""
    row: Command = called.command
    if called.numbers or called.people or called.words:
        return False
    if row is ASSIGN:
        return called.names == (ME.own,)
    if row is SNOOZE:
        return not isinstance(read_time(" ".join(called.text.split()), now, timezone), NoTime)
    return row in (CLOSE, PENDING) and not called.names and not called.text.strip()


def named_as_in_room(words: str) -> Called | None:
    """The command by whose name words begin behind a mark as in the room, or what is nearly one: `! note`."""
    match read_line(words):
        case Called() as called:
            return called
        case Wrong(why, meant) if why.key == "error.near_miss":
            return meant
        case _:
            return None


def command_below(words: str, now: datetime, timezone: tzinfo, *, has_mark: bool = False) -> Below | None:
    """The first line below the first one that is a command as in the room, or nothing but one that a line may be.

    Args:
        has_mark: only the former.
    """
    lines = words.split("\n")[:_MOST_LINES]
    for at, (above, line) in enumerate(itertools.pairwise(lines), 1):
        if not line.strip() or is_broken(above, line):
            continue
        called = named_as_in_room(line)
        is_alone = not has_mark and len(line) <= _MOST_OF_LINE and _is_alone(line, now, timezone)
        if called is None and not is_alone:
            continue
        holds_words = called is not None and any(isinstance(one, Text | Headed) for one in called.command.takes)
        without = "" if holds_words else "\n".join((*lines[:at], *words.split("\n")[at + 1 :])).strip()
        return Below(line, called is not None and called.command is NOTE, without)
    return None


def last_lines(words: str, writers: Sequence[Address]) -> Iterator[Below]:
    """Each line of a letter that may be its last one: a paragraph of few words, below which nothing but a signature
    stands."""
    lines = words.split("\n")
    for at in range(max(1, len(lines) - _MOST_SIGNED), len(lines)):
        line, above = lines[at], "\n".join(lines[:at]).strip()
        is_short = 0 < len(bare_words(line)) <= _MOST_LAST and not lines[at - 1].strip()
        if above and is_short and is_by_itself(lines[at + 1 :], writers):
            below = "\n".join(lines[at + 1 :]).strip()
            yield Below(line, False, f"{above}\n\n{below}".strip())


def _is_alone(line: str, now: datetime, timezone: tzinfo) -> bool:
    """Whether the line is nothing but a command that a line may be, or was meant to be."""
    readings = (read_line(f"!{by_name(one)}") for one in (line, *respelt(line, LINE_WORDS)))
    return any(isinstance(one, Called) and is_whole(one, now, timezone) for one in readings)
