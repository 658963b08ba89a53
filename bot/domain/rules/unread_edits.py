"""A mail whose message was changed by an edit that nobody can read does not leave by itself: it may be a correction."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.blocking import Blocked
from bot.domain.conversation import MailRecord, OutState
from bot.domain.decision import (
    Decision,
    EmptySlot,
    FillSlot,
    SaveConversation,
    SetTimer,
)
from bot.domain.ids import EventId, MessageRow, RoomId
from bot.domain.inputs.said import REMEMBERED
from bot.domain.rules.scheduling import called_back, kept_here, let_go
from bot.domain.rules.staying import why_it_stays
from bot.domain.rules.taking_back import waits
from bot.domain.sentences import Sentence
from bot.domain.work import Outgoing, Work

SLOT: Final = "slot"
"""The first word of the timer at which a slot is emptied that names an edit: after that none is known to come late."""


def unread_slot(row: MessageRow) -> str:
    """The slot that names the edit because of which a mail is held."""
    return f"unread_edit:{row}"


def last_edit_slot(room: RoomId, message: EventId) -> str:
    """The slot that names the last edit of a message of which an edit could not be read as it came.

    Of this message only that edit counts: the key of an earlier one may come late, and would bring older words back.
    """
    return f"last_edit:{room}:{message}"


def names_last(room: RoomId, message: EventId, edit: EventId, now: datetime) -> Decision:
    """Of this message this edit counts, until a later one comes."""
    return _filled(last_edit_slot(room, message), room, edit, now)


def names_unread(row: MessageRow, room: RoomId, edit: EventId, now: datetime) -> Decision:
    """Because of this edit a mail is held."""
    return _filled(unread_slot(row), room, edit, now)


def _filled(slot: str, room: RoomId, edit: EventId, now: datetime) -> Decision:
    return Decision((FillSlot(slot, room, edit), SetTimer(f"{SLOT}:{slot}", now + REMEMBERED)))


def leaves_by_itself(work: Outgoing, record: MailRecord) -> bool:
    """Whether a mail would leave in its old words without a word of anybody, and can still be held."""
    is_open = record.state in (OutState.QUEUED, OutState.RETRYING) and record.state_before is None
    return is_open and record.row not in work.under_way and waits(work, record)


def held_unread(
    work: Outgoing, record: MailRecord, edit: EventId, why: tuple[Sentence, ...], now: datetime
) -> Decision:
    """It leaves once that edit, or a later one, was read, or by somebody's word; its writer is told."""
    conversation = replace(work.conversation, changed_at=now)
    named = names_unread(record.row, conversation.room, edit, now)
    return Decision((SaveConversation(conversation),)) + named + called_back(conversation, record, *why)


def may_leave_again(work: Work, record: MailRecord, text: str) -> bool:
    """Whether no colleague has to approve the words by which it would leave, and it has some."""
    asks_for_two = record.approved_by is not None or work.mailbox.approval
    return record.state is OutState.HELD and not asks_for_two and bool(text.strip() or record.files)


def left_again(
    work: Work,
    record: MailRecord,
    blocked: Collection[Blocked],
    *,
    text: str,
    leaves_at: datetime | None,
    now: datetime,
) -> Decision:
    """The last edit of its message was read: it leaves in those words, unless something else keeps it by now."""
    edited = replace(record, state=OutState.QUEUED, text=text, leaves_at=leaves_at or record.leaves_at)
    why = why_it_stays(work, edited, blocked)
    return let_go(work, edited, now) if why is None else kept_here(work.conversation, edited, why, now)


def was_read(record: MailRecord) -> Decision:
    """What was read is what the message reads now: no edit holds the mail any more."""
    return Decision((EmptySlot(unread_slot(record.row)),))
