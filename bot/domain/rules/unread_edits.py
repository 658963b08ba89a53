"""A mail whose message was changed by an edit that nobody can read does not leave by itself: it may be a correction."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import MailRecord, OutState, Status
from bot.domain.decision import (
    CancelCall,
    Change,
    Decision,
    EmptySlot,
    FillSlot,
    NeverTake,
    SaveConversation,
    UpdateMail,
)
from bot.domain.effects import ShowState
from bot.domain.ids import BlobId, EventId, MessageRow
from bot.domain.inputs.said import event_key
from bot.domain.rules.draft import submit_key
from bot.domain.rules.scheduling import let_go
from bot.domain.rules.taking_back import waits
from bot.domain.rules.telling import to_author
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Outgoing, Work


def unread_slot(row: MessageRow) -> str:
    """The slot that names the edit because of which a mail is held."""
    return f"unread_edit:{row}"


def leaves_by_itself(work: Outgoing, record: MailRecord) -> bool:
    """Whether a mail would leave in its old words without a word of anybody, and can still be held."""
    is_open = record.state in (OutState.QUEUED, OutState.RETRYING) and record.state_before is None
    return is_open and record.row not in work.under_way and waits(work, record)


def held_unread(
    work: Outgoing, record: MailRecord, edit: EventId, why: tuple[Sentence, ...], now: datetime
) -> Decision:
    """It leaves once that edit, or a later one, was read, or by somebody's word; its writer is told."""
    conversation = replace(work.conversation, changed_at=now)
    back: tuple[Change, ...] = ()
    if record.is_written:
        back = (CancelCall(submit_key(record), was_tried=record.state is OutState.RETRYING),)
    # Its bytes are written anew once it leaves.
    after = replace(record, state=OutState.HELD, raw=BlobId(""))
    changes = (*back, SaveConversation(conversation), UpdateMail(after))
    say = to_author(conversation, record, *why, sentence("scheduled.how"))
    named = FillSlot(unread_slot(record.row), conversation.room, edit)
    return Decision((*changes, named), (ShowState(conversation, after), say))


def may_leave_again(work: Work, record: MailRecord, text: str) -> bool:
    """Whether nothing but the edit that was not read keeps it here."""
    is_as_before = record.heard == work.conversation.heard and work.conversation.status is not Status.SPAM
    asks_for_two = record.approved_by is not None or work.mailbox.approval
    return record.state is OutState.HELD and is_as_before and not asks_for_two and bool(text.strip() or record.files)


def left_again(work: Work, record: MailRecord, *, text: str, leaves_at: datetime | None, now: datetime) -> Decision:
    """The edit for which the mail was held was read, or a later one: it leaves in those words."""
    edited = replace(record, state=OutState.QUEUED, text=text, leaves_at=leaves_at or record.leaves_at)
    return let_go(work, edited, now)


def overtaken(work: Work, record: MailRecord, edit: EventId, awaited: EventId) -> Decision:
    """What was read is what the message reads now: an earlier edit changes nothing, should its key come."""
    earlier: tuple[Change, ...] = () if edit == awaited else (NeverTake(event_key(work.conversation.room, awaited)),)
    return Decision((EmptySlot(unread_slot(record.row)), *earlier))
