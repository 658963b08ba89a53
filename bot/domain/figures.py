"""Figures of a room's mailboxes over some days: what came, what left, how long people waited."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from bot.domain.ids import UserId

AGES: Final = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""What is open is counted by how long it has waited: up to each of these, and longer."""
MOST_OPENED: Final = 5_000
"""Conversations of a mailbox that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that began in that time."""

    tags: tuple[str, ...]
    waited: timedelta | None
    """From its first mail to our first answer; None: it has none yet, or we wrote first."""
    is_waiting: bool = False
    """It has had no answer yet."""


@dataclass(frozen=True, slots=True)
class Figures:
    came: tuple[int, ...]
    """Mails with words from outside, day by day."""
    left: tuple[int, ...]
    """Mails that our people wrote, day by day; what a rule passes on is nobody's work."""
    writers: tuple[tuple[UserId | None, int], ...]
    """Who wrote how many of these, the most first; None: they were written in another mail program."""
    opened: tuple[Opened, ...]
    open_by_age: tuple[int, ...]
    """Active conversations that need somebody, by `AGES`."""


def median_wait(opened: tuple[Opened, ...]) -> timedelta | None:
    """Half of those that were answered had their first answer within it; None where none was."""
    waits = [one.waited.total_seconds() for one in opened if one.waited is not None]
    return timedelta(seconds=median(waits)) if waits else None


def by_tag(opened: tuple[Opened, ...]) -> tuple[tuple[str, tuple[Opened, ...]], ...]:
    """The conversations of each tag, the tag with the most first."""
    tags: dict[str, list[Opened]] = {}
    for one in opened:
        for tag in one.tags:
            tags.setdefault(tag, []).append(one)
    ordered = sorted(tags.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple((tag, tuple(those)) for tag, those in ordered)
