"""Writing to the correspondent: who gets it, what is asked back first, the undo window, its end, the retry by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    HistoryEntry,
    KnownEvent,
    MailRecord,
    OutState,
)
from bot.domain.decide.draft import draft_of, recipients, sender_address
from bot.domain.decide.enclosing import together, too_much
from bot.domain.decide.mail import row_of
from bot.domain.decide.moves import changed
from bot.domain.decision import (
    AddHistory,
    AddMail,
    CancelCall,
    Change,
    Decision,
    PutEvent,
    SaveConversation,
    UpdateMail,
)
from bot.domain.effects import Effect, FetchFiles, ResubmitMail, Say, ShowState, SubmitMail
from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import BlobId, EventId, RoomId, UserId
from bot.domain.matching import kept_references
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import Signer, token_of
from bot.domain.snapshots import Work

COLLEAGUE_JUST_REPLIED = timedelta(minutes=10)
QUESTION_HOLDS = timedelta(minutes=15)


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
    file: SharedFile | None = None,
    is_confirmed: bool = False,
    in_encrypted_room: bool = False,
) -> Decision:
    """Queue an answer to the correspondent, ask back first, or say why not.

    `key` is of the input that asks for it; `file` was posted with the message `source`, and goes with it beside those
    that the person attached before.
    """
    conversation = work.conversation
    files = together(work.enclosed, () if file is None else (Enclosure(source, file),))
    problem = _cannot(work, text, files)
    if problem is None and not is_confirmed and not _was_asked(work, now):
        question = _question(work, sender, now)
        if question is not None:
            # Reactions are never encrypted: there they send nothing.
            how = sentence("question.confirm_in_words" if in_encrypted_room else "question.confirm")
            asked = KnownEvent(source, room, EventKind.COMMAND, conversation.id, sender, None, now, text, file)
            return _ask(conversation, (question, how), asked)
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
        files=files,
    )
    changes: tuple[Change, ...] = (AddMail(record),)
    taken = Decision()
    if conversation.assignee is None:
        after = replace(conversation, assignee=sender)
        taken = changed(conversation, after, actor=sender, now=now, action="history.assigned", detail=sender)
        conversation = after
    seconds = work.mailbox.undo_seconds
    # With files it is written when they have been fetched from the room.
    first: Effect = FetchFiles(record) if files else SubmitMail(draft_of(work, record), seconds)
    return Decision(changes, (first, ShowState(conversation, record, seconds=seconds))) + taken


def send(
    work: Work,
    target: KnownEvent | None,
    *,
    key: str,
    sender: UserId,
    room: RoomId,
    signer: Signer,
    now: datetime,
    in_encrypted_room: bool = False,
) -> Decision | Sentence:
    """Send a message of the thread as it stands: one's own only, plain talk or a file only, once; or why not."""
    if target is None or target.sender is None or target.kind not in (EventKind.NOTE, EventKind.COMMAND):
        return sentence("error.send_what")
    if target.sender != sender:
        return sentence("error.send_own_only")
    if any(r.source == target.event and r.state is not OutState.CANCELLED for r in work.outgoing):
        return sentence("error.send_twice")
    return reply(
        work,
        key=key,
        source=target.event,
        sender=sender,
        text=target.body,
        room=room,
        signer=signer,
        now=now,
        file=target.file,
        in_encrypted_room=in_encrypted_room,
    )


def _cannot(work: Work, text: str, files: tuple[Enclosure, ...]) -> Sentence | None:
    if not text.strip() and not files:
        return sentence("error.empty_reply")
    heavy = too_much(files, work.mailbox)
    if heavy is not None:
        return heavy
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


def _ask(conversation: Conversation, question: tuple[Sentence, ...], asked: KnownEvent) -> Decision:
    """Keep what the person wants to send, so that they can confirm it."""
    mention = (asked.sender,) if asked.sender else ()
    say = Say(
        asked.room,
        question,
        kind=EventKind.QUESTION,
        conversation=conversation.id,
        reply_to=asked.event,
        mention=mention,
    )
    return Decision((PutEvent(asked),), (say,))


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
            _take_back(work, record, now),
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
    if text == record.text or not (text.strip() or record.files):
        return Decision()
    # The undo window starts again: what will be sent is new.
    seconds = work.mailbox.undo_seconds
    edited = replace(record, text=text, date=record.date if record.is_written else now)
    shown = ShowState(work.conversation, edited, seconds=seconds)
    effects: tuple[Effect, ...] = (SubmitMail(draft_of(work, edited), seconds), shown)
    return Decision((_take_back(work, record, now), UpdateMail(edited)), effects if record.is_written else (shown,))


def _take_back(work: Work, record: MailRecord, now: datetime) -> Change:
    """The submission; or, of a mail that waits for its files, the moment: who writes it meanwhile decides anew."""
    if record.is_written:
        return CancelCall(submit_key(record))
    return SaveConversation(replace(work.conversation, changed_at=now))


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
