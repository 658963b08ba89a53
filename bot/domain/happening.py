"""Happenings: what a decision says has come about. All that follows from it is made of this (`stories/chain.py`)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.conversation import Conversation
from bot.domain.ids import UserId
from bot.domain.mail import Address


class What(StrEnum):
    """The kinds of happenings. A value stands in the history of databases: it stays as it is."""

    OPENED = "opened"
    REOPENED = "reopened"
    """By a mail, which `CAME` as well."""
    CAME = "came"
    """A mail that is shown."""
    FOLDED = "folded"
    """A mail that is kept without being shown."""
    UNFOLDED = "unfolded"
    GIVEN_LATE = "given_late"
    """A mail of ours that stood announced."""
    WRITTEN = "written"
    """An answer that waits to leave."""
    REPLIED = "replied"
    REPLIED_ELSEWHERE = "replied_elsewhere"
    ANSWERED = "answered"
    """An answer that the history has already reached more people, or is known to have left."""
    REPLY_REFUSED = "reply_refused"
    TO_DO_AGAIN = "to_do_again"
    """The correspondent did not get the answer."""
    REPLY_UNCERTAIN = "reply_uncertain"
    REPLY_CANCELLED = "reply_cancelled"
    RESENT = "resent"
    RESEND_CANCELLED = "resend_cancelled"
    ACTIVE = "active"
    PENDING = "pending"
    CLOSED = "closed"
    SPAM = "spam"
    ASSIGNED = "assigned"
    """`detail`: the assignee."""
    UNASSIGNED = "unassigned"
    """`detail`: the assignee of before."""
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    NOTED = "noted"
    COMMAND_UNDONE = "command_undone"
    RESTORED = "restored"
    """After the database was put back: as the card shows it."""

    @property
    def key(self) -> str:
        """The key of its sentence, and the word of the table of histories."""
        return f"history.{self.value}"


@dataclass(frozen=True, slots=True)
class Heard:
    """The mail with which something happened, as far as others are told of it."""

    message_id: str
    writer: Address
    words: str
    """Its first new words."""
    wakes: bool
    """Somebody should notice it."""
    is_backlog: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came about in a conversation."""

    what: What
    conversation: Conversation
    """As it is after the decision."""
    actor: UserId | None
    """None: the correspondent, or Postroom itself."""
    at: datetime
    detail: str = ""
    mail: Heard | None = None
    """For a mail from outside."""
