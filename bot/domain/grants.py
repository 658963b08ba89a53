"""What people may in a mailbox beside what every member may: rights that they were given, and what was taken away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import EventId, MailboxId, UserId


class Right(StrEnum):
    """The people who may give a command. Those between a member's and an admin's are given for one mailbox."""

    READ = "read"
    """Reading, writing notes, following: whoever is in the room."""
    MEMBER = "member"
    """The work on conversations: whoever is in the room, but for those who may write notes only."""
    EDIT = "edit"
    PERMISSIONS = "permissions"
    SIGNATURE = "signature"
    AUTOREPLY = "autoreply"
    PASSWORD = "password"  # noqa: S105  a right, no password
    SEND = "send"
    DELETE = "delete"
    ADMIN = "admin"


class Limit(StrEnum):
    """What somebody is kept from in a mailbox."""

    NOTES = "notes"
    """They read and write notes, and do no work on conversations."""
    HIDDEN = "hidden"
    """Nobody gives them a conversation, and no team's turn is theirs; what they take themselves is theirs."""


Granted = Right | Limit

RUNNING: Final = (Right.EDIT, Right.PERMISSIONS, Right.SIGNATURE, Right.AUTOREPLY, Right.PASSWORD)
"""The rights to run a mailbox."""
GIVEN: Final[tuple[Granted, ...]] = (*RUNNING, Right.SEND, Right.DELETE, *Limit)
"""What is given and taken away by name, in the order in which it is shown."""
_EVERYBODYS: Final = frozenset[Granted]({Right.READ, Right.MEMBER, Right.SEND})


@dataclass(frozen=True, slots=True)
class Grant:
    """What was decided last about one right of a person in a mailbox; without one it stands as for everybody."""

    mailbox: MailboxId
    person: UserId
    what: Granted
    is_on: bool
    by: UserId
    at: datetime
    source: EventId
    """The command; empty where it cannot be taken back any more."""
    was_on: bool
    """Before that command."""

    @property
    def is_changed(self) -> bool:
        """Whether it is other than for everybody."""
        return self.is_on != is_everybodys(self.what)


@dataclass(frozen=True, slots=True)
class SaveGrant:
    """It stands so from now on."""

    grant: Grant


def is_everybodys(what: Granted) -> bool:
    """Whether every member of the room has it, unless it was taken from them."""
    return what in _EVERYBODYS


def gives(what: Granted, is_on: bool) -> bool:
    """Whether the person may do more after it."""
    return is_on if isinstance(what, Right) else what is Limit.NOTES and not is_on


def granted(word: str) -> Granted:
    """By its name in the database.

    Raises:
        ValueError: there is none of that name.
    """
    return next((one for one in Limit if one.value == word), None) or Right(word)


def standing(grants: Iterable[Grant], mailbox: MailboxId, person: UserId) -> dict[Granted, bool]:
    """What was decided about a person in a mailbox."""
    return {one.what: one.is_on for one in grants if one.mailbox == mailbox and one.person == person}
