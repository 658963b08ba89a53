"""Teams of a mailbox: members of its room to whom conversations are given in turn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.tags import read_tag, tag_key

MOST_TEAMS: Final = 50
"""Of a mailbox."""
MOST_PEOPLE: Final = 50
"""In a team."""


@dataclass(frozen=True, slots=True)
class Team:
    """One team. A team that was removed is kept without people, so that the removal can be taken back."""

    mailbox: MailboxId
    name: str
    people: tuple[UserId, ...]
    """In the order of their turns; empty: the team was removed."""
    by: UserId
    at: datetime
    source: EventId
    """The command that changed it last; empty where that was taken back."""
    before: tuple[UserId, ...] = ()
    """Its people before that command; empty: there was no team."""
    last: str = ""
    """Whose turn was the last; empty: nobody had one."""

    @property
    def key(self) -> str:
        return team_key(self.name)


def team_key(name: str) -> str:
    """The name as it is compared: `Compta` and `@compta` are one."""
    return tag_key(name.lstrip("@"))


def read_team(word: str) -> str | None:
    """The name that a word means, with `@` before it or without; None where it can be none."""
    name = read_tag(word.lstrip("@"))
    return None if name is None or name.isdigit() else name


def next_in_turn(team: Team, members: Collection[UserId]) -> UserId | None:
    """The first behind the last one who is in the room; None where nobody of the team is."""
    after = team.people.index(UserId(team.last)) + 1 if team.last in team.people else 0
    return next((one for one in (*team.people[after:], *team.people[:after]) if one in members), None)


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaveTeam:
    """Keep a team in place of what stood under its name; without people there is none."""

    team: Team


@dataclass(frozen=True, slots=True)
class TakeTurn:
    """Remember whose turn of a team it was; decided anew where another one was taken since."""

    mailbox: MailboxId
    key: str
    before: str
    who: UserId


TeamChange = SaveTeam | TakeTurn
