"""Mails that a forgotten run had waiting, and whose conversation the database that was put back does not have.

A reply that waits for its time is decided again from its message, but only where its thread is known; and a
conversation that a member began exists by its first mail alone. Such lines and cards lead nowhere: they are deleted,
and their writers told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calls import RedactEvent
from bot.domain.conversation import EventKind, OutState
from bot.domain.decision import Decision
from bot.domain.effects import Do, Say
from bot.domain.ids import ConversationId, EventId
from bot.domain.sentences import sentence
from bot.domain.traces import WAITS, OwnEvent, states_of

_NOT_LEFT = WAITS | {OutState.QUEUED.value, OutState.CANCELLED.value, OutState.REFUSED.value}
_SHOWS = (EventKind.MAIL.value, EventKind.RECEIPT.value)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What is done about mails that waited in a forgotten run."""

    again: frozenset[EventId]
    """Messages of members that are decided again."""
    gone: frozenset[EventId]
    """Events of ours that are deleted."""
    decision: Decision


def left_behind(
    own: Sequence[OwnEvent], known: Collection[ConversationId], mails: Collection[str], now: datetime
) -> LeftBehind:
    """What the events of a forgotten run, oldest first, say of mails that have not left.

    Args:
        known: the conversations, of those whose cards are among the events, that the database has.
        mails: the Message-IDs, of `waiting_in`, that it has.
    """
    states = states_of(own)
    posted = [one for one in own if one.edits is None and one.conversation is not None]
    cards = {one.conversation: one for one in posted if one.kind == EventKind.CONVERSATION.value}
    lost = {number for number in cards if number not in known}
    begun = {number for number in lost if states.get(cards[number].message_id, "") in _NOT_LEFT}
    lines = [one for one in posted if one.kind in _SHOWS and one.state and one.message_id]
    times = {one.message_id: one.leaves_at for one in own if one.message_id and one.state}
    # Its time is over, so that its message names none any more.
    over = {id for id, at in times.items() if at is not None and at <= now and states[id] in WAITS} - set(mails)
    dead = [one for one in lines if one.message_id in over or _is_dead(one, states[one.message_id], lost, begun)]
    waiting = {one.message_id for one in lines if states[one.message_id] in WAITS} - {one.message_id for one in dead}
    again = frozenset(one.answers for one in own if one.answers is not None and one.message_id in waiting)
    gone = [*(cards[number] for number in sorted(begun, key=str)), *dead]
    deleted = tuple(Do(RedactEvent(one.room, one.event)) for one in gone)
    told = {one.message_id: one for one in dead if one.answers and states[one.message_id] != OutState.CANCELLED.value}
    said = tuple(_told(one) for one in told.values())
    return LeftBehind(again, frozenset(one.event for one in gone), Decision((), (*deleted, *said)))


def waiting_in(own: Sequence[OwnEvent]) -> tuple[str, ...]:
    """The Message-IDs of mails that the room shows as waiting for their time or for somebody's word."""
    return tuple(message_id for message_id, state in states_of(own).items() if state in WAITS)


def _is_dead(
    line: OwnEvent, state: str, lost: Collection[ConversationId | None], begun: Collection[ConversationId | None]
) -> bool:
    return line.conversation in begun or (line.conversation in lost and state in WAITS)


def _told(line: OwnEvent) -> Say:
    """Under the message that it was made of, which says it still."""
    told = (sentence("restored.not_left"),)
    return Say(line.room, told, EventKind.RECEIPT, in_thread=False, reply_to=line.answers)
