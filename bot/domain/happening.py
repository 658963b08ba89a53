"""Happenings: the things that come about by a decision. `stories/chain.py` makes from them all that follows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.conversation import Conversation, HistoryEntry
from bot.domain.ids import ConversationId, EventId, MessageRow, UserId
from bot.domain.mail import Address
from bot.domain.sentences import Sentence, sentence


class What(StrEnum):
    """The kinds of happenings. The values stand in the histories of databases, and never change."""

    OPENED = "opened"
    BEGUN = "begun"
    """By a member, with a mail that waits to leave."""
    IMPORTED = "imported"
    """It is of before, and was brought in without being shown."""
    REOPENED = "reopened"
    """The conversation is active again by a mail, for which there is a `CAME` as well."""
    CAME = "came"
    """A mail came and is shown."""
    FOLDED = "folded"
    """A mail came and is kept without being shown."""
    UNFOLDED = "unfolded"
    GIVEN_LATE = "given_late"
    """A mail of ours that stood announced."""
    WRITTEN = "written"
    """A member wrote an answer, which waits to leave."""
    WAITS_FOR_APPROVAL = "waits_for_approval"
    """A member wrote an answer, which waits for another's word. `detail`: which (`detail_of_answer`), and who had
    approved it before it was changed."""
    DRAFT_MOVED = "draft_moved"
    """The draft became a mail, or waits again: only the card shows it."""
    APPROVED = "approved"
    """By another member than its writer. `detail`: the writer."""
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    """By the member who approved. `detail`: the writer."""
    REPLIED = "replied"
    REPLIED_ELSEWHERE = "replied_elsewhere"
    ANSWERED = "answered"
    """An answer that the history names already has reached more people, or is now known to have left."""
    REPLY_REFUSED = "reply_refused"
    TO_DO_AGAIN = "to_do_again"
    """The correspondent did not get the answer."""
    REPLY_UNCERTAIN = "reply_uncertain"
    REPLY_CANCELLED = "reply_cancelled"
    REPLY_WITHDRAWN = "reply_withdrawn"
    """The same of an answer that colleagues know of, since it waited for approval. `detail`: which, and the writer."""
    REPLY_KEPT = "reply_kept"
    """An answer does not leave, because its writer may not send it any more. `detail`: the writer."""
    RESENT = "resent"
    RESEND_CANCELLED = "resend_cancelled"
    ACTIVE = "active"
    PENDING = "pending"
    CLOSED = "closed"
    SPAM = "spam"
    NO_SPAM = "no_spam"
    """It came as spam, of which nobody is told, and is to do from now on: it is new."""
    DELETED = "deleted"
    BROUGHT_BACK = "brought_back"
    """It was deleted, and is as before."""
    ASSIGNED = "assigned"
    """`detail`: the assignee."""
    UNASSIGNED = "unassigned"
    """`detail`: the assignee of before."""
    STARRED = "starred"
    """By one person, for oneself: it is seen nowhere but in their list."""
    UNSTARRED = "unstarred"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    DRAFTED = "drafted"
    """`detail`: the first words."""
    REDRAFTED = "redrafted"
    """`detail`: the words that went and came."""
    DISCARDED = "discarded"
    SENDER = "sender"
    """The address that answers come from. `detail`: that address."""
    FORWARDED = "forwarded"
    """A mail of it was passed on in a conversation of its own. `detail`: to whom."""
    TAGGED = "tagged"
    """`detail`: the new tags."""
    UNTAGGED = "untagged"
    """`detail`: the tags of before."""
    SNOOZED = "snoozed"
    """`detail`: until when, in ISO 8601."""
    MERGED = "merged"
    """`detail`: the number of the conversation as which it goes on."""
    JOINED = "joined"
    """Another one was merged into it. `detail`: its number."""
    CONTINUED = "continued"
    """A late answer to it began another one. `detail`: the number of that one."""
    SPLIT = "split"
    """Mails of it were split off. `detail`: the number of the conversation that they are now."""
    SPLIT_FROM = "split_from"
    """It was begun by mails of another one. `detail`: the number of that one."""
    SPLIT_OFF = "split_off"
    """It goes on by itself again. `detail`: the number of the one that it was merged into."""
    PARTED = "parted"
    """One that was merged into it goes on by itself again, with what was its own. `detail`: its number."""
    WOKEN = "woken"
    """By its time; by a mail it is `REOPENED`. `detail`: `FOR_NOBODY`, where whose it was has left."""
    MOVED = "moved"
    """To another mailbox. `detail`: its address."""
    ARRIVED = "arrived"
    """The same, to people who were not in the room that it left: it is new. `detail`: these people."""
    SUBJECT_CHANGED = "subject_changed"
    """`detail`: the new subject."""
    CUSTOMER = "customer"
    """`detail`: whose conversation it was, and whose it is."""
    SAME_PERSON = "same_person"
    """Addresses of its correspondent were joined, or parted. `detail`: the other address."""
    PERSON_NOTED = "person_noted"
    """A note on its correspondent was written, or removed."""
    NOTED = "noted"
    """`detail`: its message, and the colleagues whom it names."""
    TALKED = "talked"
    """In its thread, without a command, which is a note as well. `detail`: as of a note."""
    NAMED = "named"
    """A note was edited so that it names colleagues whom it did not. `detail`: as of a note, of these alone."""
    RECIPIENTS = "recipients"
    """Who gets copies of answers. `detail`: who gets them from now on, and who does not."""
    RULED = "ruled"
    """By rules of the house. `detail`: their numbers, and what each did."""
    PASSED_ON = "passed_on"
    """By a rule of the house. `detail`: to whom."""
    AUTOREPLIED = "autoreplied"
    """The mailbox answered by itself. `detail`: to whom."""
    BEGUN_BY_RULE = "begun_by_rule"
    """`detail`: the number of the conversation whose mail it passes on."""
    COMMAND_UNDONE = "command_undone"
    """`detail`: when the command was given; of a move, the addresses. Empty in lines of before that was kept."""
    RESTORED = "restored"
    """The database was put back, and the conversation is as its card shows it."""

    @property
    def key(self) -> str:
        """The key of the happening's sentence, and its word in the table of histories."""
        return f"history.{self.value}"


WITH_WORDS: Final = frozenset((What.DRAFTED, What.REDRAFTED))
"""Their `detail` holds words that stand for the team alone."""


FOR_NOBODY: Final = "nobody"


NOTES: Final = (What.NOTED, What.TALKED, What.NAMED)
"""A colleague wrote words for the team."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")
_OF_ANSWERS: Final = (What.WAITS_FOR_APPROVAL, What.REPLY_WITHDRAWN)


def what_of(action: str) -> What | None:
    """The kind of a line of history, by its key; None: of a kind that is not known any more."""
    found = action.removeprefix("history.")
    return What(found) if found in set(What) else None


BY_MAIL: Final = (What.OPENED, What.BEGUN_BY_RULE)
"""A conversation begins with a mail from outside."""
CAME_FROM: Final = " ← "
"""Between the addresses to which and from which a conversation was moved, in `detail`."""


def detail_of_note(event: EventId, named: Iterable[UserId]) -> str:
    return " ".join((event, *named))


def note_in(what: What, detail: str) -> EventId | None:
    """The message of a note; None: it is none, or of before that was kept."""
    return EventId(detail.partition(" ")[0]) if what in NOTES and detail else None


def named_in(what: What, detail: str) -> tuple[UserId, ...]:
    """The colleagues whom the words of a happening name, or whose approval counts no more."""
    if what is What.WAITS_FOR_APPROVAL:
        return people_in(detail)
    return tuple(map(UserId, detail.split()[1:])) if what in NOTES else ()


def detail_of_answer(answer: MessageRow, *people: UserId) -> str:
    return " ".join((str(answer), *people))


def answer_in(what: What | None, detail: str) -> str:
    """Which answer was to be approved, or was taken back; empty: another thing happened, or it is of before that was
    kept."""
    first = detail.partition(" ")[0]
    return first if what in _OF_ANSWERS and not first.startswith("@") else ""


def detail_of_command(at: datetime) -> str:
    return at.isoformat()


def command_in(entry: HistoryEntry) -> datetime | None:
    """When the command was given that a line of the history takes back; None: another thing happened, or it is not
    kept."""
    if what_of(entry.action) is not What.COMMAND_UNDONE or not _TIME.fullmatch(entry.detail):
        return None
    return datetime.fromisoformat(entry.detail)


def people_in(detail: str) -> tuple[UserId, ...]:
    return tuple(UserId(one) for one in detail.split() if one.startswith("@"))


def split_off(entry: HistoryEntry) -> ConversationId | None:
    """The conversation that some of its mails are since a line of the history; None: another thing happened."""
    number = entry.detail.removeprefix("#")
    return ConversationId(int(number)) if what_of(entry.action) is What.SPLIT and number.isdecimal() else None


def said_of(action: str, actor: UserId | None, detail: str) -> Sentence:
    """The sentence of a line of history, and of the message to a colleague.

    Args:
        action: the key of its kind (`What.key`).
    """
    who = actor or sentence("history.nobody")
    if action == What.SNOOZED.key and detail:
        return sentence(action, who=who, when=datetime.fromisoformat(detail))
    if action == What.WAITS_FOR_APPROVAL.key and (approved := people_in(detail)):
        return sentence("history.waits_anew", who=who, detail=approved[0])
    is_own = detail == actor
    own = {What.ASSIGNED.key: "history.taken", What.UNASSIGNED.key: "history.given_up"} if is_own else {}
    return sentence(own.get(action, action), who=who, detail=detail)


@dataclass(frozen=True, slots=True)
class Heard:
    """The mail of a happening, as far as others are told of it."""

    message_id: str
    writer: Address
    words: str
    """The first new words of the mail."""
    wakes: bool
    """Whether somebody should notice the mail."""
    is_backlog: bool
    member: UserId | None = None
    """Who wrote it, where that is proven to be a member, or passed it on: they are not told of it."""
    returned_to: UserId | None = None
    """Whose answer came back by it: it is told to them as what is theirs."""
    is_never_mailed: bool = False
    """It looks like what a bot of our kind mails to its members, or comes from a member's own address: who is to be
    mailed of it is mentioned."""

    @property
    def is_quiet(self) -> bool:
        """Nobody is to be told of the conversation that it opens."""
        return self.is_backlog or not self.wakes


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came about in a conversation."""

    what: What
    conversation: Conversation
    """The conversation as it is after the decision."""
    actor: UserId | None
    """The member who did it; None for the correspondent and for Postroom itself."""
    at: datetime
    detail: str = ""
    mail: Heard | None = None
    """The mail from outside, if one is the happening."""
    event: EventId | None = None
    """The mail of ours in the thread, if one is the happening."""
