"""Traces of a forgotten past: the bot's own events in the rooms, when the database was put back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.conversation import EventKind, OutState, Status
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.wishes import NO_WISHES, Wishes

CLOCKS_APART = timedelta(hours=1)
"""A homeserver's clock and ours may differ by so much without anybody noticing."""
CALLS_KEPT = timedelta(days=6)
"""For so long at least a call that was made is in the outbox."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of a run: `beat` grows by one with each note, for ever."""

    beat: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """One of the bot's own events, as the room has it; empty fields lie in a ciphertext that cannot be opened."""

    event: EventId
    room: RoomId
    at: datetime
    effect: str = ""
    """The transaction id of the call that made it."""
    answers: EventId | None = None
    """The member's event that this one answers, or is a mark on."""
    edits: EventId | None = None
    kind: str = ""
    """An `EventKind`, where it says one."""
    conversation: ConversationId | None = None
    status: str = ""
    assignee: UserId | None = None
    tags: tuple[str, ...] = ()
    subject: str = ""
    """The one that the team gave it."""
    snoozed_until: datetime | None = None
    goes_on_as: ConversationId | None = None
    mailbox: MailboxId | None = None
    wishes: Wishes = NO_WISHES
    message_id: str = ""
    state: str = ""
    """The state of an outgoing mail."""
    leaves_at: datetime | None = None
    """The time for which it waits."""
    name: str = ""
    """The name of a file."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of somebody else that was in a room at the start: a run of before may have worked on it.

    Where it stands in the room says so, whatever the clocks of those who wrote it, of the homeserver and of us say.
    """

    room: RoomId
    event: EventId
    precedes_ours: bool = False
    """An event of ours stands after it."""


HEEDED = timedelta(days=30)
"""For so long after a database was put back, what a forgotten run posted is looked for before something is posted."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """The database was put back; a run that it forgot may have made the calls that it has open."""

    at: datetime
    """The start that noticed it."""
    calls: int
    """The highest number of a call that was planned before."""


@dataclass(frozen=True, slots=True)
class CardShown:
    """The words of the newest card of a conversation."""

    conversation: ConversationId
    status: Status
    assignee: UserId | None
    tags: tuple[str, ...] = ()
    subject: str = ""
    """The one that the team gave it; empty: that of its mail."""
    snoozed_until: datetime | None = None
    wishes: Wishes = NO_WISHES
    goes_on_as: ConversationId | None = None
    mailbox: MailboxId | None = None


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The acts of a run that the database forgot."""

    answered: tuple[EventId, ...]
    """Members' events that were worked on."""
    cards: tuple[CardShown, ...]
    highest: ConversationId
    """The highest number of a conversation that was seen; 0 where there is none."""
    posts: tuple[OwnEvent, ...]
    """Cards, mails and files as first posted, an outgoing mail with its newest state."""


SCHEDULED = "scheduled"
"""How a mail is shown that waits for its time."""
LEFT = frozenset({OutState.SENT.value, OutState.PARTLY.value, OutState.BOUNCED.value})
"""States of a mail that somebody has."""
WAITS = frozenset({SCHEDULED, OutState.HELD.value, OutState.UNAPPROVED.value})
"""States of a mail that waits for its time, or for somebody's word."""
_POSTS = frozenset({EventKind.CONVERSATION.value, EventKind.MAIL.value, EventKind.ATTACHMENT.value})


def is_put_back(noted: Mark | None, outside: Mark | None, forgotten: Sequence[OwnEvent]) -> bool:
    """Whether a newer run than the database knows has left a mark outside of it, or an event in a room.

    `postroom restore` gives its copy a progress below zero: what was done since is not known to be shown anywhere.
    """
    if forgotten or (noted is not None and noted.beat < 0):
        return True
    return outside is not None and (noted is None or outside.beat > noted.beat)


def worth_asking(own: Iterable[OwnEvent], *, instance: str, noted: Mark | None, now: datetime) -> tuple[OwnEvent, ...]:
    """The events whose call the database must know: of this instance, and too young to be forgotten."""
    since = noted.at - CLOCKS_APART if noted is not None else now - CALLS_KEPT
    since = max(since, now - CALLS_KEPT)
    return tuple(one for one in own if one.effect.startswith(f"pr-{instance}-") and one.at >= since)


def row_of_effect(effect: str) -> tuple[str, int] | None:
    """The run and the row that a transaction id names; the run is empty in ids of before there were runs."""
    parts = effect.split("-")
    if len(parts) not in (3, 4) or parts[0] != "pr" or not (parts[-1].isascii() and parts[-1].isdigit()):
        return None
    number = int(parts[-1])
    return (parts[2] if len(parts) == 4 else "", number) if number < 1 << 62 else None


def states_of(own: Iterable[OwnEvent]) -> dict[str, str]:
    """By Message-ID, the newest state that each outgoing mail is shown with."""
    return {one.message_id: one.state for one in own if one.state and one.message_id}


def take_up(own: Sequence[OwnEvent]) -> TakenUp:
    """The acts of a forgotten run, read from its events, oldest first."""
    answered = dict.fromkeys(one.answers for one in own if one.answers is not None)
    cards: dict[ConversationId, CardShown] = {}
    posts: dict[EventId, OwnEvent] = {}
    states = states_of(own)
    for one in own:
        if one.kind == EventKind.CONVERSATION.value and one.conversation and one.status in set(Status):
            status = Status(one.status)
            cards[one.conversation] = CardShown(
                one.conversation,
                status,
                one.assignee,
                one.tags,
                one.subject,
                one.snoozed_until,
                one.wishes,
                one.goes_on_as,
                one.mailbox,
            )
        if one.edits is None and (one.kind in _POSTS or (one.kind == EventKind.RECEIPT.value and one.message_id)):
            posts.setdefault(one.event, one)
    return TakenUp(
        answered=tuple(answered),
        cards=tuple(cards.values()),
        highest=max((one.conversation for one in own if one.conversation), default=ConversationId(0)),
        posts=tuple(_with_state(one, states.get(one.message_id, "")) for one in posts.values()),
    )


def _with_state(post: OwnEvent, state: str) -> OwnEvent:
    return replace(post, state=state) if post.state != state and state else post
