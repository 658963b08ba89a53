"""Writing to the correspondent: who gets it, what is asked back first, the undo window, its end, the retry by hand."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    HistoryEntry,
    KnownEvent,
    MailRecord,
    OutState,
)
from bot.domain.decide.mail import row_of
from bot.domain.decide.moves import changed
from bot.domain.decision import AddEvent, AddHistory, AddMail, CancelCall, Change, Decision, UpdateMail
from bot.domain.effects import Draft, Effect, ResubmitMail, Say, ShowState, SubmitMail
from bot.domain.ids import BlobId, EventId, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.matching import kept_references
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import QuoteMode
from bot.domain.signing import Signer, token_of
from bot.domain.snapshots import Work

COLLEAGUE_JUST_REPLIED = timedelta(minutes=10)
QUESTION_HOLDS = timedelta(minutes=15)

_ADDRESS = re.compile(r"^[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+$")


def submit_key(record: MailRecord) -> str:
    """The outbox key of a mail's submission, by which it is undone."""
    return f"submit:{record.row}"


def reply(
    work: Work,
    *,
    key: str,
    source: EventId,
    sender: UserId,
    text: str,
    room: RoomId,
    signer: Signer,
    now: datetime,
    is_confirmed: bool = False,
    in_encrypted_room: bool = False,
) -> Decision:
    """Queue an answer to the correspondent, ask back first, or say why not. `key`: of the input that asks for it."""
    conversation = work.conversation
    problem = _cannot(work, text)
    if problem is None and not is_confirmed and not _was_asked(work, now):
        question = _question(work, sender, now)
        if question is not None:
            # Reactions are never encrypted: there they send nothing.
            how = sentence("question.confirm_in_words" if in_encrypted_room else "question.confirm")
            return _ask(conversation, (question, how), source=source, sender=sender, text=text, room=room, now=now)
    if problem is not None:
        say = Say(room, (problem,), conversation=conversation.id, reply_to=source, mention=(sender,))
        return Decision((), (say,))
    domain = work.mailbox.address.rpartition("@")[2]
    message_id = signer.message_id(conversation=conversation.id, token=token_of(key), domain=domain)
    to, cc = recipients(work)
    previous = work.newest_in or work.newest_out
    references = kept_references(
        (*previous.references, previous.message_id) if previous and previous.message_id else ()
    )
    from_ = sender_address(work)
    record = MailRecord(
        row=row_of(key),
        conversation=conversation.id,
        mailbox=conversation.mailbox,
        direction=Direction.OUT,
        message_id=message_id,
        in_reply_to=(previous.message_id,) if previous and previous.message_id else (),
        references=references,
        from_=(from_,),
        reply_to=(),
        to=to,
        cc=cc,
        subject=(previous.subject if previous else conversation.subject) or conversation.subject,
        date=now,
        text=text,
        raw=BlobId(""),
        author=sender,
        source=source,
        state=OutState.QUEUED,
        recipients=tuple(a.address for a in (*to, *cc)),
    )
    changes: tuple[Change, ...] = (AddMail(record),)
    taken = Decision()
    if conversation.assignee is None:
        after = replace(conversation, assignee=sender)
        taken = changed(conversation, after, actor=sender, now=now, action="history.assigned", detail=sender)
        conversation = after
    effects: tuple[Effect, ...] = (
        SubmitMail(_draft(work, record), work.mailbox.undo_seconds),
        ShowState(conversation, record, seconds=work.mailbox.undo_seconds),
    )
    return Decision(changes, effects) + taken


def _draft(work: Work, record: MailRecord) -> Draft:
    match work.mailbox.quote:
        case QuoteMode.NONE:
            quoted: tuple[MailRecord, ...] = ()
        case QuoteMode.LAST:
            quoted = (work.newest_in,) if work.newest_in is not None else ()
        case QuoteMode.FULL:
            quoted = tuple(r for r in work.history if r.row != record.row)
        case _ as unreachable:
            assert_never(unreachable)
    bcc = (work.mailbox.auto_bcc,) if work.mailbox.auto_bcc else ()
    return Draft(record, record.text, record.from_[0], bcc, quoted, work.mailbox.signature)


def sender_address(work: Work) -> Address:
    """The mailbox's name, and its address or the alias that the mail was written to."""
    aliases = {alias.lower(): alias for alias in work.mailbox.aliases}
    if work.newest_in is not None:
        for address in (*work.newest_in.to, *work.newest_in.cc):
            if address.address.lower() == work.mailbox.address.lower():
                break
            if address.address.lower() in aliases:
                return Address(work.mailbox.name, aliases[address.address.lower()])
    return Address(work.mailbox.name, work.mailbox.address)


def recipients(work: Work) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc: Reply-To honoured, Cc kept, our own addresses and doubles removed everywhere."""
    own = work.mailbox.own_addresses
    last = work.newest_in
    if last is None and work.newest_out is not None:
        to, cc = list(work.newest_out.to), list(work.newest_out.cc)
    elif last is not None:
        to = [a for a in last.reply_to if a.address] or list(last.from_[:1])
        cc = [*last.to, *last.cc]
        if last.is_automatic and work.conversation.correspondent.address:
            to = [work.conversation.correspondent]
    else:
        to, cc = [work.conversation.correspondent], []
    seen = set(own)
    kept: list[list[Address]] = [[], []]
    for place, addresses in enumerate((to, cc)):
        for address in addresses:
            if address.address and address.address.lower() not in seen and _ADDRESS.match(address.address):
                seen.add(address.address.lower())
                kept[place].append(address)
    if not kept[0] and kept[1]:
        kept[0], kept[1] = kept[1][:1], kept[1][1:]
    return tuple(kept[0]), tuple(kept[1])


def _cannot(work: Work, text: str) -> Sentence | None:
    if not text.strip():
        return sentence("error.empty_reply")
    to, cc = recipients(work)
    if not to:
        return sentence("error.nobody_to_answer")
    foreign = [a.address for a in (*to, *cc) if not a.address.rpartition("@")[0].isascii()]
    if foreign:
        return sentence("error.address_not_sendable", address=foreign[0])
    if len(to) + len(cc) > work.mailbox.max_recipients:
        return sentence("error.too_many_recipients", count=len(to) + len(cc), most=work.mailbox.max_recipients)
    if work.sent_last_hour >= work.mailbox.hourly_limit:
        return sentence("error.hourly_limit", most=work.mailbox.hourly_limit)
    if work.sent_last_day >= work.mailbox.daily_limit:
        return sentence("error.daily_limit", most=work.mailbox.daily_limit)
    return None


def _question(work: Work, sender: UserId, now: datetime) -> Sentence | None:
    """What the writer may not know: a mail they have not seen, or a colleague who has just answered."""
    newest, last_out = work.newest_in, work.newest_out
    if newest is not None and not newest.is_automatic:
        posted = work.newest_in_posted or newest.date
        # Who writes in the thread has its first mail before their eyes, however quick they were.
        seen = max((at for at in (work.seen_at, work.first_posted) if at is not None), default=None)
        if seen is not None and posted > seen:
            return sentence("question.newer_mail")
        if newest.event is None:
            return sentence("question.newer_mail") if work.conversation.mails > 1 else None
    if (
        last_out is not None
        and last_out.author != sender
        and last_out.state not in (OutState.CANCELLED, OutState.REFUSED)
        and now - last_out.date < COLLEAGUE_JUST_REPLIED
    ):
        return sentence("question.colleague_replied", who=last_out.author or "", at=last_out.date)
    return None


def _was_asked(work: Work, now: datetime) -> bool:
    """Repeating the command confirms, unless something else has happened since the question."""
    asked = work.asked
    if asked is None or now - asked.at > QUESTION_HOLDS:
        return False
    newest = work.newest_in_posted or (work.newest_in.date if work.newest_in else None)
    if newest is not None and newest > asked.at:
        return False
    return not (work.newest_out is not None and work.newest_out.date > asked.at)


def _ask(
    conversation: Conversation,
    question: tuple[Sentence, ...],
    *,
    source: EventId,
    sender: UserId,
    text: str,
    room: RoomId,
    now: datetime,
) -> Decision:
    asked = KnownEvent(source, room, EventKind.COMMAND, conversation.id, sender, None, now, body=text)
    say = Say(room, question, kind=EventKind.QUESTION, conversation=conversation.id, reply_to=source, mention=(sender,))
    return Decision((AddEvent(asked),), (say,))


def undo(
    work: Work, record: MailRecord, *, actor: UserId, room: RoomId, source: EventId | None, now: datetime
) -> Decision:
    """Take an outgoing mail back while nothing of it has left."""
    if record.state is not OutState.QUEUED or record.row not in work.waiting:
        say = Say(
            room, (sentence("error.too_late"),), conversation=work.conversation.id, reply_to=source, mention=(actor,)
        )
        return Decision((), (say,))
    cancelled = replace(record, state=OutState.CANCELLED)
    return Decision(
        (
            CancelCall(submit_key(record)),
            UpdateMail(cancelled),
            AddHistory(HistoryEntry(work.conversation.id, now, actor, "history.reply_cancelled")),
        ),
        (ShowState(work.conversation, cancelled),),
    )


def rewrite(work: Work, record: MailRecord, *, text: str, room: RoomId, actor: UserId, now: datetime) -> Decision:
    """The message was edited: the mail with it, while it waits."""
    if record.state in (OutState.CANCELLED, OutState.REFUSED):
        return Decision()
    if record.state is not OutState.QUEUED or record.row not in work.waiting:
        say = Say(room, (sentence("error.edit_too_late"),), conversation=work.conversation.id, mention=(actor,))
        return Decision((), (say,))
    if not text.strip() or text == record.text:
        return Decision()
    edited = replace(record, text=text)
    # The undo window starts again: what will be sent is new.
    seconds = work.mailbox.undo_seconds
    return Decision(
        (CancelCall(submit_key(record)), UpdateMail(edited)),
        (SubmitMail(_draft(work, edited), seconds), ShowState(work.conversation, edited, seconds=seconds)),
    )


def resend(work: Work, *, actor: UserId, room: RoomId, source: EventId, now: datetime) -> Decision:
    """The last uncertain or failed mail again, because somebody says so: the same bytes."""
    again = [
        r for r in work.outgoing if r.state in (OutState.UNKNOWN, OutState.REFUSED, OutState.BOUNCED, OutState.PARTLY)
    ]
    again = [r for r in again if r.recipients and r.raw]
    if not again:
        told = sentence("error.nothing_to_resend")
        say = Say(room, (told,), conversation=work.conversation.id, reply_to=source, mention=(actor,))
        return Decision((), (say,))
    record = replace(again[-1], state=OutState.QUEUED)
    return Decision(
        (UpdateMail(record), AddHistory(HistoryEntry(work.conversation.id, now, actor, "history.resent"))),
        (
            ResubmitMail(record, work.mailbox.undo_seconds),
            ShowState(work.conversation, record, work.mailbox.undo_seconds),
        ),
    )
