"""A call ended: what that means for its mail, its event, and for the next call."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.conversation import EventKind, HistoryEntry, KnownEvent, MailRecord, OutState, Status
from bot.domain.decide import upgrade
from bot.domain.decide.enclosing import decide_fetched
from bot.domain.decide.moves import refresh_board, with_status
from bot.domain.decide.spaces import decide_space_receipt
from bot.domain.decision import (
    NOTHING,
    AddEvent,
    AddHistory,
    Change,
    CloseCall,
    Decision,
    FillSlot,
    PlaceMail,
    RetryCall,
    SaveConversation,
    SetMailEvent,
    SetRoot,
    UpdateMail,
)
from bot.domain.effects import (
    AddFlag,
    AppendSent,
    DescribeCommand,
    Effect,
    EnterRoom,
    FetchFile,
    FlagAnswered,
    FollowUpgrade,
    MoveOnServer,
    PinBoard,
    PinEvent,
    PostSent,
    QuitRoom,
    ResubmitMail,
    SaveToSent,
    Say,
    SendEvent,
    ShowCard,
    ShowState,
    Submit,
    TrustUser,
)
from bot.domain.ids import EventId
from bot.domain.inputs import Receipt
from bot.domain.outcomes import Accepted, MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from bot.domain.retry import GiveUp, next_mail_try, next_room_try
from bot.domain.sentences import sentence
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace

_MAY_COME_BACK = frozenset({"M_FORBIDDEN", "M_UNKNOWN_TOKEN", "M_NOT_FOUND", "M_UNKNOWN", "M_LIMIT_EXCEEDED"})
"""Refusals that a person can mend (the bot was removed, lost its power): the call waits instead of being lost."""
_PATIENT_PAUSE = 300.0


def decide_receipt(snapshot: ReceiptSnapshot, input: Receipt, now: datetime) -> Decision:
    """Settle a call."""
    if not snapshot.is_open:
        return NOTHING
    call = snapshot.planned.call
    match call:
        case SendEvent():
            return _event_sent(snapshot, call, input, now)
        case Submit():
            return _submitted(snapshot, call, input, now)
        case AppendSent() | AddFlag() | MoveOnServer():
            return _on_server(snapshot, call, input, now)
        case PinEvent() | EnterRoom() | QuitRoom() | DescribeCommand():
            return _in_room(snapshot, input, now)
        case FetchFile():
            return decide_fetched(snapshot, call, input, now)
        case TrustUser():
            return _trusted(snapshot, call, input, now)
        case MakeSpace() | LinkRoom() | InviteToSpace() | RemoveFromSpace():
            return decide_space_receipt(snapshot, call, input, now)
        case FollowUpgrade():
            return upgrade.followed(snapshot, call, _in_room(snapshot, input, now), input.outcome, now)
        case _ as unreachable:
            assert_never(unreachable)


def _later(
    snapshot: ReceiptSnapshot, outcome: TryLater | Unknown | Refused, now: datetime, after: float | None = None
) -> Decision:
    """To the room and to IMAP a call may be made again without harm: they deduplicate, or we look first.

    `now` is when the call ended: a pause that the server asked for ends for the call when it ends for its channel, so
    that no less urgent call goes first.
    """
    is_outage = isinstance(outcome, TryLater) and outcome.is_outage
    asked = outcome.after if isinstance(outcome, TryLater) else after
    due = next_room_try(failures=snapshot.failures + 1, after=asked, now=now)
    reason = outcome.code if isinstance(outcome, Refused) else outcome.reason
    return Decision((RetryCall(snapshot.effect, due, counts=not is_outage, reason=reason),))


def _event_sent(snapshot: ReceiptSnapshot, call: SendEvent, input: Receipt, now: datetime) -> Decision:
    planned = snapshot.planned
    match input.outcome:
        case Accepted(ref):
            event = EventId(ref)
            changes: list[Change] = [CloseCall(snapshot.effect, "done", ref)]
            effects: list[Effect] = []
            kind = planned.event_kind
            is_edit = bool(call.slot) and snapshot.slot_filled
            if call.slot and not is_edit:
                changes.append(FillSlot(call.slot, call.room, event))
                if kind is EventKind.CONVERSATION and planned.conversation is not None:
                    changes.append(SetRoot(planned.conversation, event))
                    effects += upgrade.pointer(snapshot, call, planned.conversation)
                if kind is EventKind.BOARD:
                    effects.append(PinBoard(call.room, event))
            if kind is not None and not is_edit:
                if kind is EventKind.MAIL and planned.mail is not None:
                    changes.append(SetMailEvent(planned.mail, event))
                changes.append(
                    AddEvent(KnownEvent(event, call.room, kind, planned.conversation, None, planned.mail, input.at))
                )
            return Decision(tuple(changes), tuple(effects))
        case TryLater() | Unknown() as again:
            return _later(snapshot, again, input.at)
        case Refused() as refused:
            if refused.code in _MAY_COME_BACK:
                return _later(snapshot, refused, now, after=_PATIENT_PAUSE)
            closed = CloseCall(snapshot.effect, "refused", refused.code)
            if planned.event_kind is EventKind.MAIL and planned.conversation is not None:
                # What the room would not take in this form is named, and can be had with `!original`.
                say = Say(
                    call.room,
                    (sentence("mail.not_shown", code=refused.code),),
                    kind=EventKind.NOTICE,
                    conversation=planned.conversation,
                    mail=planned.mail,
                )
                return Decision((closed,), (say,))
            return Decision((closed,))
        case MailAccepted():
            raise AssertionError("an SMTP outcome for a room event")
        case _ as unreachable:
            assert_never(unreachable)


def _in_room(snapshot: ReceiptSnapshot, input: Receipt, now: datetime) -> Decision:
    match input.outcome:
        case Accepted(ref):
            return Decision((CloseCall(snapshot.effect, "done", ref),))
        case TryLater() | Unknown() as again:
            return _later(snapshot, again, input.at)
        case Refused(code, _):
            return Decision((CloseCall(snapshot.effect, "refused", code),))
        case MailAccepted():
            raise AssertionError("an SMTP outcome for a room call")
        case _ as unreachable:
            assert_never(unreachable)


def _trusted(snapshot: ReceiptSnapshot, call: TrustUser, input: Receipt, now: datetime) -> Decision:
    ended = _in_room(snapshot, input, now)
    if isinstance(input.outcome, TryLater | Unknown):
        return ended
    key = "trust.done" if isinstance(input.outcome, Accepted) else "trust.no_identity"
    return ended + Decision((), (Say(call.room, (sentence(key, who=call.user),), reply_to=call.reply_to),))


def _on_server(
    snapshot: ReceiptSnapshot, call: AppendSent | AddFlag | MoveOnServer, input: Receipt, now: datetime
) -> Decision:
    match input.outcome:
        case Accepted(ref):
            changes: list[Change] = [CloseCall(snapshot.effect, "done", ref)]
            if isinstance(call, MoveOnServer) and ref.count(":") >= 2:
                uidvalidity, uid, folder = ref.split(":", 2)
                if uidvalidity.isdigit() and uid.isdigit():
                    changes.append(PlaceMail(call.row, folder, int(uidvalidity), int(uid)))
            return Decision(tuple(changes))
        case TryLater() | Unknown() as again:
            return _later(snapshot, again, input.at)
        case Refused(code, text):
            closed = CloseCall(snapshot.effect, "refused", code)
            if isinstance(call, AddFlag):
                return Decision((closed,))
            key = "server.sent_copy_refused" if isinstance(call, AppendSent) else "server.move_refused"
            conversation = snapshot.conversation
            if conversation is None:
                return Decision((closed,))
            told = (sentence(key, words=text),)
            return Decision((closed,), (Say(conversation.room, told, EventKind.NOTICE, conversation.id),))
        case MailAccepted():
            raise AssertionError("an SMTP outcome for an IMAP call")
        case _ as unreachable:
            assert_never(unreachable)


def _submitted(snapshot: ReceiptSnapshot, call: Submit, input: Receipt, now: datetime) -> Decision:
    record, conversation = snapshot.record, snapshot.conversation
    if record is None or conversation is None or snapshot.mailbox is None:
        return Decision((CloseCall(snapshot.effect, "done"),))
    match input.outcome:
        case MailAccepted(text, _, refused, deferred):
            return _accepted(snapshot, record, text, refused, deferred, now)
        case Refused(code, text):
            return _failed(snapshot, record, OutState.REFUSED, f"{code} {text}".strip(), now)
        case TryLater() as later:
            return _postponed(snapshot, record, later, now)
        case Unknown(_, text):
            return _uncertain(snapshot, record, text, now)
        case Accepted():
            raise AssertionError("a room's outcome for an SMTP submission")
        case _ as unreachable:
            assert_never(unreachable)


def _accepted(
    snapshot: ReceiptSnapshot,
    record: MailRecord,
    text: str,
    refused: tuple[RecipientAnswer, ...],
    deferred: tuple[RecipientAnswer, ...],
    now: datetime,
) -> Decision:
    conversation, mailbox = snapshot.conversation, snapshot.mailbox
    assert conversation is not None and mailbox is not None
    first_time = record.state not in (OutState.SENT, OutState.PARTLY)
    words = "; ".join(f"{r.address}: {r.code} {r.text}" for r in (*refused, *deferred)) or text
    state = OutState.PARTLY if refused or deferred else OutState.SENT
    after = replace(record, state=state, detail=words, recipients=tuple(d.address for d in deferred))
    changes: list[Change] = [CloseCall(snapshot.effect, "done", text[:200]), UpdateMail(after)]
    effects: list[Effect] = []
    if first_time:
        moved = replace(conversation, mails=conversation.mails + 1, changed_at=now)
        # A mail that came after the reply was written keeps the conversation on the to-do list.
        if conversation.status is Status.ACTIVE and conversation.waiting_since <= record.date:
            moved = with_status(moved, mailbox.reply_status)
        changes += [
            SaveConversation(moved),
            AddHistory(HistoryEntry(conversation.id, now, record.author, "history.replied")),
            refresh_board(conversation.room, now),
        ]
        conversation = moved
        if not mailbox.provider_saves_sent:
            effects.append(SaveToSent(after))
        if snapshot.answered is not None and snapshot.answered.uid:
            effects.append(FlagAnswered(snapshot.answered))
    effects.append(ShowState(conversation, after, refused=refused))
    if first_time:
        effects += [PostSent(conversation, after), ShowCard(conversation)]
    if deferred:
        effects.append(ResubmitMail(after, delay_seconds=60))
    if refused and record.author is not None:
        told = sentence("reply.partly_refused", addresses=", ".join(r.address for r in refused), words=refused[0].text)
        effects.append(Say(conversation.room, (told,), EventKind.NOTICE, conversation.id, mention=(record.author,)))
    return Decision(tuple(changes), tuple(effects))


def _failed(snapshot: ReceiptSnapshot, record: MailRecord, state: OutState, words: str, now: datetime) -> Decision:
    """For good: the author is told, with the server's words; the conversation is to do again."""
    conversation = snapshot.conversation
    assert conversation is not None
    after = replace(record, state=state, detail=words)
    changes: list[Change] = [CloseCall(snapshot.effect, "refused", words[:200]), UpdateMail(after)]
    changes.append(AddHistory(HistoryEntry(conversation.id, now, None, "history.reply_refused")))
    effects: list[Effect] = [ShowState(conversation, after)]
    if conversation.status not in (Status.ACTIVE, Status.SPAM):
        conversation = replace(with_status(conversation, Status.ACTIVE), changed_at=now)
        changes += [SaveConversation(conversation), refresh_board(conversation.room, now)]
        effects.append(ShowCard(conversation))
    told = sentence("reply.refused", words=words)
    mention = (record.author,) if record.author else ()
    effects.append(Say(conversation.room, (told,), EventKind.NOTICE, conversation.id, mention=mention))
    return Decision(tuple(changes), tuple(effects))


def _postponed(snapshot: ReceiptSnapshot, record: MailRecord, later: TryLater, now: datetime) -> Decision:
    conversation = snapshot.conversation
    assert conversation is not None
    due = next_mail_try(failures=snapshot.failures + 1, first_tried_at=snapshot.first_tried_at, now=now)
    if isinstance(due, GiveUp):
        return _failed(snapshot, record, OutState.REFUSED, later.text or later.reason, now)
    retry = RetryCall(snapshot.effect, due, counts=True, reason=later.reason)
    after = replace(record, state=OutState.RETRYING, detail=later.text)
    if record.state is OutState.RETRYING and record.detail == later.text and snapshot.failures % 5:
        return Decision((retry,))
    minutes = max(1, round((due - now).total_seconds() / 60))
    return Decision((retry, UpdateMail(after)), (ShowState(conversation, after, next_try_minutes=minutes),))


def _uncertain(snapshot: ReceiptSnapshot, record: MailRecord, words: str, now: datetime) -> Decision:
    """It may or may not have been sent: never again by itself (RFC 1047); a person decides."""
    conversation = snapshot.conversation
    assert conversation is not None
    after = replace(record, state=OutState.UNKNOWN, detail=words)
    changes: list[Change] = [CloseCall(snapshot.effect, "unknown", words[:200]), UpdateMail(after)]
    changes.append(AddHistory(HistoryEntry(conversation.id, now, None, "history.reply_uncertain")))
    mention = (record.author,) if record.author else ()
    told = Say(conversation.room, (sentence("reply.uncertain"),), EventKind.NOTICE, conversation.id, mention=mention)
    return Decision(tuple(changes), (ShowState(conversation, after), told))
