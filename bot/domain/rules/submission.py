"""Meanings of the end of an SMTP submission: sent, refused, later, or for a person to find out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.calls import AddFlag, AppendSent, Submit
from bot.domain.conversation import Conversation, MailRecord, OutState, Status
from bot.domain.decision import Change, CloseCall, Decision, RetryCall, SaveConversation, UpdateMail
from bot.domain.effects import Do, Effect, ResubmitMail, Say, ShowState
from bot.domain.happening import Happening, What
from bot.domain.ids import BlobId
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import ANSWERS_OFF, OTHER_SENDER, MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from bot.domain.retry import GiveUp, next_mail_try
from bot.domain.rules.bad_addresses import after_bounce, after_taken
from bot.domain.rules.moves import assignee_after, with_answer, with_status
from bot.domain.rules.scheduling import kept_here
from bot.domain.rules.taking_back import stopped
from bot.domain.rules.telling import to_author
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.snapshots import ReceiptSnapshot


def decide_submitted(snapshot: ReceiptSnapshot, call: Submit, input: Receipt, now: datetime) -> Decision:
    """The decision for the end of a submission."""
    record, conversation = snapshot.record, snapshot.conversation
    if record is None or conversation is None or snapshot.mailbox is None:
        return Decision((CloseCall(snapshot.effect, "done"),))
    match input.outcome:
        case MailAccepted() as taken:
            return _accepted(snapshot, record, call, taken, now)
        case Refused(code, text) if code == OTHER_SENDER:
            return _failed(snapshot, record, call, text, now, is_asked=False)
        case Refused(code) if code == ANSWERS_OFF:
            return _kept(snapshot, record, now)
        case Refused(code, text):
            return _failed(snapshot, record, call, f"{code} {text}".strip(), now)
        case TryLater() as later:
            return _postponed(snapshot, record, call, later, now)
        case Unknown(_, text):
            return _uncertain(snapshot, record, text, now)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for an SMTP submission")


@dataclass(frozen=True, slots=True)
class Reached:
    """The recipients that one submission reached, and those that it did not."""

    left: tuple[str, ...]
    """Recipients still to be served: put off by their server."""
    failed: tuple[str, ...]
    """Refused for good, by this submission or an earlier one."""
    correspondent: bool | None
    """Whether everybody whom the mail is to (not in Cc) has it; None: that is still open, or was told before."""


def reached(record: MailRecord, tried: Sequence[str], taken: MailAccepted) -> Reached:
    """The recipients reached by a submission to `tried`, and the others."""
    refused, deferred = _addresses(taken.refused), _addresses(taken.deferred)
    served = {a.lower() for a in tried}
    left = tuple(a for a in tried if a.lower() in deferred)
    left += tuple(a for a in record.recipients if a.lower() not in served)
    failed = tuple(a for a in record.failed if a.lower() not in served)
    failed += tuple(a for a in tried if a.lower() in refused)
    to = {a.address.lower() for a in record.to}
    open_still = to & {a.lower() for a in left}
    correspondent = None if not to & served or open_still else not to & {a.lower() for a in failed}
    if to & served & refused:
        correspondent = False
    return Reached(left, failed, correspondent)


def _addresses(answers: Sequence[RecipientAnswer]) -> set[str]:
    return {one.address.lower() for one in answers}


def _accepted(
    snapshot: ReceiptSnapshot, record: MailRecord, call: Submit, taken: MailAccepted, now: datetime
) -> Decision:
    conversation, mailbox = snapshot.conversation, snapshot.mailbox
    assert conversation is not None and mailbox is not None
    if record.is_auto_answer:
        return _by_itself(conversation, record, call, taken, snapshot, mailbox)
    first_time = not has_left(record)
    there = reached(record, call.recipients, taken)
    words = "; ".join(f"{r.address}: {r.code} {r.text}" for r in (*taken.refused, *taken.deferred)) or taken.text
    after = replace(
        record,
        state=OutState.PARTLY if there.left or there.failed else OutState.SENT,
        state_before=None,
        detail=words,
        recipients=there.left,
        failed=there.failed,
        has_left=True,
    )
    changes: list[Change] = [CloseCall(snapshot.effect, "done", taken.text[:200]), UpdateMail(after)]
    without = _addresses((*taken.refused, *taken.deferred))
    served = [one for one in call.recipients if one.lower() not in without]
    changes += after_taken(snapshot.returned, record, served, without, now)
    changes += after_bounce(snapshot.returned, record, after, now)
    effects: list[Effect] = []
    happened: tuple[Happening, ...] = ()
    moved = _after_answer(conversation, mailbox, record, there.correspondent)
    if first_time:
        moved = replace(moved, mails=moved.mails + 1)
        effects += _to_sent(after, mailbox)
        if snapshot.answered is not None and snapshot.answered.uid:
            effects.append(_flag_answered(snapshot.answered))
    before = moved.assignee
    if first_time:
        moved = replace(moved, assignee=assignee_after(moved, record, mailbox))
    if moved != conversation:
        moved = replace(moved, changed_at=now)
        what = What.REPLIED if first_time else What.ANSWERED
        happened = (Happening(what, moved, record.author, now, event=record.event),)
        changes.append(SaveConversation(moved))
    if moved.assignee != before:
        given = What.UNASSIGNED if moved.assignee is None else What.ASSIGNED
        happened += (Happening(given, moved, record.author, now, moved.assignee or before or ""),)
    effects.append(ShowState(moved, after, refused=taken.refused))
    if snapshot.is_wanted_back:
        effects.append(to_author(conversation, record, sentence("reply.left_meanwhile")))
    elif taken.deferred:
        effects.append(ResubmitMail(after, delay_seconds=60))
    if taken.refused and record.author is not None:
        effects.append(_told_refused(conversation, record, taken.refused))
    return Decision(tuple(changes), tuple(effects), happened)


def _by_itself(
    conversation: Conversation,
    record: MailRecord,
    call: Submit,
    taken: MailAccepted,
    snapshot: ReceiptSnapshot,
    mailbox: MailboxSettings,
) -> Decision:
    """An automatic answer has left: its line says so, and the conversation waits as before."""
    if taken.refused or taken.deferred:
        return _not_by_itself(conversation, record, call, taken.text, snapshot)
    after = replace(record, state=OutState.SENT, detail=taken.text, recipients=(), has_left=True)
    effects = (ShowState(conversation, after), *_to_sent(after, mailbox))
    return Decision((CloseCall(snapshot.effect, "done", taken.text[:200]), UpdateMail(after)), effects)


def _to_sent(record: MailRecord, mailbox: MailboxSettings) -> tuple[Effect, ...]:
    """A copy of what has left, where the provider keeps none by itself."""
    if mailbox.provider_saves_sent:
        return ()
    saved = AppendSent(record.mailbox, record.row, record.raw, record.date.isoformat())
    return (Do(saved, record.conversation, record.row),)


def _not_by_itself(
    conversation: Conversation, record: MailRecord, call: Submit, words: str, snapshot: ReceiptSnapshot
) -> Decision:
    """Refused: perhaps for the null sender alone, which some providers take from nobody (RFC 3834 3.3 allows ours)."""
    closed = CloseCall(snapshot.effect, "refused", words[:200])
    if not call.sender:
        return Decision((closed,), (ResubmitMail(record, delay_seconds=0),))
    after = replace(record, state=OutState.REFUSED, detail=words)
    return Decision((closed, UpdateMail(after)), (ShowState(conversation, after),))


def _flag_answered(record: MailRecord) -> Do:
    flag = AddFlag(record.mailbox, record.folder, record.uidvalidity, record.uid, "\\Answered")
    return Do(flag, record.conversation, record.row)


def _not_asked(after: MailRecord, words: str) -> Sentence:
    """What to do about a mail with which the server was not asked."""
    if after.state is OutState.PARTLY:
        return sentence("reply.rest_not_sent", addresses=", ".join(after.failed), words=words)
    return sentence("reply.not_sent", words=words, again=sentence("resend.offer"))


def _told_refused(conversation: Conversation, record: MailRecord, refused: Sequence[RecipientAnswer]) -> Say:
    addresses = ", ".join(r.address for r in refused)
    return to_author(conversation, record, sentence("reply.partly_refused", addresses=addresses, words=refused[0].text))


def has_left(record: MailRecord) -> bool:
    """Whether somebody has the mail already; records of earlier versions tell by their state."""
    return record.has_left or OutState.BOUNCED in (record.state, record.state_before) or record.state in _LEFT


_LEFT = (OutState.SENT, OutState.PARTLY)


def _after_answer(
    conversation: Conversation, mailbox: MailboxSettings, record: MailRecord, reached_them: bool | None
) -> Conversation:
    """The status after an answer follows the correspondent: people in Cc are not answered."""
    answered = with_answer(conversation, record, mailbox)
    if reached_them:
        return answered
    named = replace(conversation, participants=answered.participants)
    if reached_them is None or conversation.status is Status.SPAM:
        return named
    return with_status(named, Status.ACTIVE)


def _failed(
    snapshot: ReceiptSnapshot, record: MailRecord, call: Submit, words: str, now: datetime, *, is_asked: bool = True
) -> Decision:
    """A refusal for good: the author is told, with the server's words, and the conversation is to do again.

    If some recipients have the mail already, the words are only about the others.

    Args:
        is_asked: the server was; else the words are ours, and say nothing of the recipients.
    """
    conversation = snapshot.conversation
    assert conversation is not None
    if record.is_auto_answer:
        return _not_by_itself(conversation, record, call, words, snapshot)
    to = {a.address.lower() for a in record.to} & {a.lower() for a in call.recipients}
    refused = tuple(RecipientAnswer(a, 0, words) for a in call.recipients)
    if has_left(record):
        there = reached(record, call.recipients, MailAccepted(words, (), refused))
        after = replace(
            record, state=OutState.PARTLY, state_before=None, detail=words, recipients=there.left, failed=there.failed
        )
    else:
        after = replace(record, state=OutState.REFUSED, state_before=None, detail=words)
    changes: list[Change] = [CloseCall(snapshot.effect, "refused", words[:200]), UpdateMail(after)]
    changes += after_bounce(snapshot.returned, record, after, now) if is_asked else ()
    state = ShowState(conversation, after)
    happened = [What.REPLY_REFUSED]
    if to and conversation.status not in (Status.ACTIVE, Status.SPAM):
        conversation = replace(with_status(conversation, Status.ACTIVE), changed_at=now)
        changes.append(SaveConversation(conversation))
        happened.append(What.TO_DO_AGAIN)
    if not is_asked:
        say = to_author(conversation, record, _not_asked(after, words))
    elif after.state is OutState.PARTLY:
        say = _told_refused(conversation, record, refused)
    else:
        told = sentence("reply.refused", words=words, again=sentence("resend.offer"))
        say = to_author(conversation, record, told)
    seen = tuple(Happening(what, conversation, None, now) for what in happened)
    return Decision(tuple(changes), (state, say), seen)


def _kept(snapshot: ReceiptSnapshot, record: MailRecord, now: datetime) -> Decision:
    """An answer by mail whose mailbox takes none any more leaves by somebody's word alone."""
    assert snapshot.conversation is not None
    closed = CloseCall(snapshot.effect, "cancelled")
    if snapshot.is_wanted_back and snapshot.work is not None:
        return stopped(snapshot.work, record, closed, now)
    unwritten = replace(record, raw=BlobId(""))
    return Decision((closed,)) + kept_here(snapshot.conversation, unwritten, sentence("mailed.held_off"), now)


def _postponed(snapshot: ReceiptSnapshot, record: MailRecord, call: Submit, later: TryLater, now: datetime) -> Decision:
    conversation = snapshot.conversation
    assert conversation is not None
    due = next_mail_try(failures=snapshot.failures + 1, first_tried_at=snapshot.first_tried_at, now=now)
    if snapshot.is_wanted_back and snapshot.work is not None:
        return stopped(snapshot.work, record, CloseCall(snapshot.effect, "cancelled"), now)
    if isinstance(due, GiveUp):
        return _failed(snapshot, record, call, later.text or later.reason, now)
    if later.after is not None:
        # A fault of ours, and no try: its server was not asked.
        soon = now + timedelta(seconds=later.after)
        return Decision((RetryCall(snapshot.effect, soon, counts=False, reason=later.reason),))
    retry = RetryCall(snapshot.effect, due, counts=True, reason=later.reason)
    after = replace(record, state=OutState.RETRYING, detail=later.text)
    if record.state is OutState.RETRYING and record.detail == later.text and snapshot.failures % 5:
        return Decision((retry,))
    minutes = max(1, round((due - now).total_seconds() / 60))
    return Decision((retry, UpdateMail(after)), (ShowState(conversation, after, next_try_minutes=minutes),))


def _uncertain(snapshot: ReceiptSnapshot, record: MailRecord, words: str, now: datetime) -> Decision:
    """The mail may or may not have been sent: never again by itself (RFC 1047); a person decides."""
    conversation = snapshot.conversation
    assert conversation is not None
    after = replace(record, state=OutState.UNKNOWN, detail=words)
    changes = (CloseCall(snapshot.effect, "unknown", words[:200]), UpdateMail(after))
    if record.is_auto_answer:
        return Decision(changes, (ShowState(conversation, after),))
    told = to_author(conversation, record, sentence("reply.uncertain", again=sentence("resend.offer")))
    happened = Happening(What.REPLY_UNCERTAIN, conversation, None, now)
    return Decision(changes, (ShowState(conversation, after), told), (happened,))
