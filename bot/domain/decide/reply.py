"""Writing to the correspondent: who gets it, what is asked back first, and the mail that is decided."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Direction, EventKind, KnownEvent, MailRecord, OutState
from bot.domain.decide import asking
from bot.domain.decide.draft import draft_of, quotes_of, recipients, sender_address
from bot.domain.decide.enclosing import together, too_much
from bot.domain.decide.mail import row_of
from bot.domain.decide.moves import changed
from bot.domain.decision import AddMail, Change, Decision, UseQuestion
from bot.domain.effects import Effect, FetchFiles, Say, ShowState, SubmitMail
from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import BlobId, EventId, RoomId, UserId
from bot.domain.matching import kept_references
from bot.domain.question import Question
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import Signer
from bot.domain.snapshots import Work


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
    answers: Question | None = None,
    must_ask: Sentence | None = None,
    in_encrypted_room: bool = False,
) -> Decision:
    """Queue an answer to the correspondent, ask back first, or say why not.

    `key` is of the input that asks for it; `file` was posted with the message `source`, and goes with it beside those
    that the person attached before; `answers` is the question that this confirms; `must_ask` is asked in any case.
    """
    conversation = work.conversation
    files = together(work.enclosed, () if file is None else (Enclosure(source, file),))
    problem = _cannot(work, text, files)
    if problem is not None:
        say = Say(room, (problem,), conversation=conversation.id, reply_to=source, mention=(sender,))
        return Decision((), (say,))
    to, cc = recipients(work)
    newest = asking.newest_of(work)
    wanted = Question(row_of(key), conversation.id, sender, source, text, files, to, cc, newest, now)
    looked = asking.look(work, wanted, answers=answers, must_ask=must_ask, now=now)
    if looked.ask is not None:
        return asking.ask(looked, wanted, room=room, in_encrypted_room=in_encrypted_room)
    if looked.uses is None:
        return _queued(work, wanted, signer, now)
    queued = _queued(work, asking.confirmed(looked.uses, wanted), signer, now)
    return Decision((UseQuestion(looked.uses.row),)) + queued


def _queued(work: Work, wanted: Question, signer: Signer, now: datetime) -> Decision:
    """The mail, its undo window open; nobody's conversation becomes its writer's."""
    conversation = work.conversation
    domain = work.mailbox.address.rpartition("@")[2]
    token = f"{wanted.row:012x}"
    previous = work.newest_in or work.newest_out
    named = previous.message_id if previous is not None else ""
    bcc = (work.mailbox.auto_bcc,) if work.mailbox.auto_bcc else ()
    envelope = (*(a.address for a in (*wanted.to, *wanted.cc)), *bcc)
    record = MailRecord(
        row=wanted.row,
        conversation=conversation.id,
        mailbox=conversation.mailbox,
        direction=Direction.OUT,
        message_id=signer.message_id(conversation=conversation.id, token=token, domain=domain),
        in_reply_to=(named,) if named else (),
        references=kept_references((*previous.references, named)) if previous is not None and named else (),
        from_=(sender_address(work),),
        reply_to=(),
        to=wanted.to,
        cc=wanted.cc,
        subject=(previous.subject if previous else conversation.subject) or conversation.subject,
        date=now,
        text=wanted.text,
        raw=BlobId(""),
        author=wanted.person,
        source=wanted.event,
        state=OutState.QUEUED,
        recipients=tuple(dict.fromkeys(envelope)),
        files=wanted.files,
        quotes=quotes_of(work),
        took_over=conversation.assignee is None,
    )
    changes: tuple[Change, ...] = (AddMail(record),)
    taken = Decision()
    if record.took_over:
        after = replace(conversation, assignee=wanted.person)
        taken = changed(
            conversation, after, actor=wanted.person, now=now, action="history.assigned", detail=wanted.person
        )
        conversation = after
    seconds = work.mailbox.undo_seconds
    # With files it is written when they have been fetched from the room.
    first: Effect = FetchFiles(record) if record.files else SubmitMail(draft_of(work, record), seconds)
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
    if target.conversation != work.conversation.id or (target.kind is EventKind.COMMAND and not target.body):
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
