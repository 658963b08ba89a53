"""What the end of an SMTP submission means: sent, refused, later, or for a person to find out."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.calls import Submit
from bot.domain.conversation import EventKind, HistoryEntry, MailRecord, OutState, Status
from bot.domain.decide.moves import refresh_board, with_answer, with_status
from bot.domain.decision import AddHistory, Change, CloseCall, Decision, RetryCall, SaveConversation, UpdateMail
from bot.domain.effects import Effect, FlagAnswered, PostSent, ResubmitMail, SaveToSent, Say, ShowCard, ShowState
from bot.domain.inputs import Receipt
from bot.domain.outcomes import Accepted, MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from bot.domain.retry import GiveUp, next_mail_try
from bot.domain.sentences import sentence
from bot.domain.snapshots import ReceiptSnapshot


def decide_submitted(snapshot: ReceiptSnapshot, call: Submit, input: Receipt, now: datetime) -> Decision:
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
        moved = with_answer(replace(conversation, mails=conversation.mails + 1, changed_at=now), record, mailbox)
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
