"""A mail that waits is taken back, or rewritten by an edit of its message."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import (
    KEPT_BACK,
    Conversation,
    EventKind,
    MailRecord,
    OutState,
    Status,
    StoredReaction,
)
from bot.domain.decision import (
    NOTHING,
    CancelCall,
    Change,
    Decision,
    SaveConversation,
    SetTimer,
    StopCall,
    UpdateMail,
)
from bot.domain.effects import Effect, Say, ShowState, SubmitMail
from bot.domain.happening import Happening, What, detail_of_answer
from bot.domain.ids import BlobId, EventId, RoomId, UserId
from bot.domain.rules import moves
from bot.domain.rules.draft import GONE, draft_of, submit_key
from bot.domain.rules.scheduling import timer_of_mail
from bot.domain.rules.telling import beside, to_author
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import Drafted
from bot.domain.work import Outgoing, Work

WAITING = (*KEPT_BACK, OutState.RETRYING)


def waits(work: Outgoing, record: MailRecord) -> bool:
    """Whether nobody has anything of it, so that it can be taken back: not tried yet, or put off for all."""
    return record.state in WAITING and record.row in work.waiting


def turn_of(record: MailRecord) -> tuple[bool, datetime]:
    """Orders what may be taken back: the newest of what leaves in a moment comes last, before it what has a time."""
    return not record.is_scheduled, record.date


def undo(
    work: Outgoing,
    record: MailRecord,
    *,
    actor: UserId,
    room: RoomId,
    source: EventId | None,
    now: datetime,
    why: Sentence | None = None,
) -> Decision:
    """Take an outgoing mail back while nothing of it has left, and what it had changed with it.

    Of one that is sent again by hand only this second sending is taken back. `why` is told to its author; `source` is
    the command that asks for it, where one does.
    """
    conversation = work.conversation

    def tell(*told: Sentence) -> tuple[Effect, ...]:
        if source is None:
            return (beside(record, room, *told, mention=actor),)
        return (Say(room, told, conversation=conversation.id, reply_to=source, mention=(actor,)),)

    if record.row in work.under_way and record.state in WAITING:
        # Whether it leaves by this try nobody knows yet; it is the last one.
        return Decision((StopCall(submit_key(record)),), tell(sentence("reply.stopping")))
    if not waits(work, record):
        return Decision((), tell(sentence("error.too_late")))
    if record.state_before is not None:
        told = sentence("reply.resend_undone")
        return _ended(work, record, actor, now, (_stopped(record),), tell(*((why,) if why else ()), told))
    return _ended(work, record, actor, now, _taken_back(work, record, now), tell(why) if why else ())


def taken_back_by(
    work: Outgoing, record: MailRecord, *, actor: UserId, room: RoomId, source: EventId | None, now: datetime
) -> Decision:
    """As `undo`, by a person who may be another than its author: the author hears that it does not leave."""
    done = undo(work, record, actor=actor, room=room, source=source, now=now)
    if record.author in (None, actor) or not waits(work, record):
        return done
    return done + Decision((), (to_author(work.conversation, record, sentence("reply.undone_by", who=actor)),))


def stopped(work: Outgoing, record: MailRecord, closed: Change, now: datetime) -> Decision:
    """End a mail that was taken back during a try which did not hand it over; its author hears that it stays here."""
    actor = record.author
    assert actor is not None
    told = sentence("reply.stopped" if record.state_before is None else "reply.resend_undone")
    say = Say(
        work.conversation.room, (told,), EventKind.RECEIPT, work.conversation.id, mention=(actor,), mail=record.row
    )
    return _ended(work, record, actor, now, (closed,), (say,))


def draft_back(drafted: Drafted, *, actor: UserId, room: RoomId, now: datetime) -> tuple[Decision, Conversation]:
    """Take the mail back whose draft was changed, if it waits: in words that nobody wants any more it does not leave.

    With the conversation as it is then; saving it is left to who changes the draft.
    """
    work, record = drafted.outgoing, drafted.mail
    if work is None or record is None:
        return NOTHING, drafted.conversation
    back = undo(work, record, actor=actor, room=room, source=None, now=now, why=sentence("draft.taken_back"))
    return without_saving(back, work.conversation)


def without_saving(decision: Decision, conversation: Conversation) -> tuple[Decision, Conversation]:
    """A decision with the saving of its conversation left to whoever changes that further."""
    saved = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    others = tuple(change for change in decision.changes if not isinstance(change, SaveConversation))
    return replace(decision, changes=others), saved[-1] if saved else conversation


def _ended(
    work: Outgoing, record: MailRecord, actor: UserId, now: datetime, back: tuple[Change, ...], told: tuple[Effect, ...]
) -> Decision:
    """The end of a mail that does not leave, or not again, with the changes that it gives back."""
    conversation = work.conversation
    if record.state_before is not None:
        as_before = replace(record, state=record.state_before, state_before=None)
        happened = Happening(What.RESEND_CANCELLED, conversation, actor, now)
        return Decision((*back, UpdateMail(as_before)), (ShowState(conversation, as_before), *told), (happened,))
    cancelled = replace(record, state=OutState.CANCELLED)
    again = _with_draft(work, record)
    given_back = _given_back(again, record, actor, now)
    saved = [c.conversation for c in given_back.changes if isinstance(c, SaveConversation)]
    if saved:
        # Saving it is the mark that a mail which waits for its files leaves for who writes it meanwhile.
        conversation, back = saved[0], tuple(c for c in back if not isinstance(c, SaveConversation))
    elif again is not work:
        conversation = replace(again.conversation, changed_at=now)
        others = (change for change in back if not isinstance(change, SaveConversation))
        back = (*others, SaveConversation(conversation))
    ended = [_cancelled(record, conversation, actor, now)]
    if again is not work:
        ended.append(Happening(What.DRAFT_MOVED, conversation, None, now))
    effects = (ShowState(conversation, cancelled), *told)
    return Decision((*back, UpdateMail(cancelled)), effects, tuple(ended)) + given_back


def _cancelled(record: MailRecord, conversation: Conversation, actor: UserId, now: datetime) -> Happening:
    if record.state is OutState.UNAPPROVED or record.approved_by is not None:
        return Happening(What.REPLY_WITHDRAWN, conversation, actor, now, _which(record, record.author))
    return Happening(What.REPLY_CANCELLED, conversation, actor, now)


def _which(record: MailRecord, person: UserId | None) -> str:
    return detail_of_answer(record.row, *(() if person is None else (person,)))


def _with_draft(work: Outgoing, record: MailRecord) -> Outgoing:
    """The same, where the draft that the mail was made of waits again."""
    draft = work.conversation.draft
    if draft is None or draft.mail != record.row:
        return work
    return replace(work, conversation=replace(work.conversation, draft=replace(draft, mail=None)))


def _given_back(work: Outgoing, record: MailRecord, actor: UserId, now: datetime) -> Decision:
    """Unassign the conversation that only this answer had assigned to its author; close one that it was to begin."""
    others = [r for r in work.outgoing if r.row != record.row and r.state not in GONE]
    if not work.conversation.mails and not others:
        return moves.set_status(work.conversation, Status.CLOSED, actor=actor, now=now)
    goes_on = any(r.author == record.author for r in others)
    if not record.took_over or work.conversation.assignee != record.author or goes_on:
        return Decision()
    return moves.assign(work.conversation, None, actor=actor, now=now)


def rewrite(
    work: Work,
    record: MailRecord,
    *,
    text: str,
    room: RoomId,
    actor: UserId,
    now: datetime,
    leaves_at: datetime | None = None,
) -> Decision:
    """Change a mail with its edited message, while the mail waits: other words, or another time.

    `leaves_at` is the time that the message names.
    """
    if record.state is OutState.CANCELLED:
        return Decision()
    if record.state in (OutState.UNKNOWN, OutState.REFUSED) or record.state_before is not None:
        return _not_any_more(record, sentence("error.edit_as_it_was"), room, actor)
    if record.row in work.under_way:
        # In its old words it is tried no further.
        return undo(work, record, actor=actor, room=room, source=None, now=now)
    if not waits(work, record):
        return _not_any_more(record, sentence("error.edit_too_late"), room, actor)
    if not (text.strip() or record.files):
        return undo(work, record, actor=actor, room=room, source=None, now=now, why=sentence("reply.taken_back"))
    asks_for_two = record.approved_by is not None or work.mailbox.approval
    if leaves_at is not None or record.is_scheduled or record.waits_for_word or asks_for_two:
        return _scheduled_anew(work, record, text, leaves_at, actor, now)
    # The undo window starts again: what will be sent is new.
    seconds = work.mailbox.undo_seconds
    edited = replace(record, state=OutState.QUEUED, text=text, date=record.date if record.is_written else now)
    shown = ShowState(work.conversation, edited, seconds=seconds)
    effects: tuple[Effect, ...] = (SubmitMail(draft_of(work, edited), seconds), shown)
    return Decision((*_taken_back(work, record, now), UpdateMail(edited)), effects if record.is_written else (shown,))


def read_otherwise(work: Work, record: MailRecord, reads: MailRecord, now: datetime) -> Decision:
    """Its message says the same in another way, and how it reads is kept: a held mail without its time, say."""
    if reads == record or record.row in work.under_way or not waits(work, record):
        return NOTHING
    changes = (SaveConversation(replace(work.conversation, changed_at=now)), UpdateMail(reads))
    is_shown = reads.leaves_at != record.leaves_at
    return Decision(changes, (ShowState(work.conversation, reads),) if is_shown else ())


def _scheduled_anew(
    work: Work, record: MailRecord, text: str, leaves_at: datetime | None, actor: UserId, now: datetime
) -> Decision:
    """Other words, or another time, for a mail that waits for its time; a held one leaves at that new time."""
    edited = replace(record, text=text)
    if record.approved_by is not None or record.state is OutState.UNAPPROVED or work.mailbox.approval:
        # Other words are approved anew, by whoever has read them; also where the house asks for that since.
        edited = replace(edited, state=OutState.UNAPPROVED, approved_by=None, raw=BlobId(""), date=now)
    timer: tuple[Change, ...] = ()
    if leaves_at is not None and leaves_at != record.leaves_at:
        state = OutState.QUEUED if edited.state is OutState.HELD else edited.state
        edited = replace(
            edited, state=state, raw=BlobId(""), leaves_at=leaves_at, heard=work.conversation.heard, date=now
        )
        timer = (SetTimer(timer_of_mail(record.row), leaves_at),)
    changes = (*_taken_back(work, record, now), UpdateMail(edited), *timer)
    # What waited before is known to wait; each change of its words is no news.
    is_news = edited.state is OutState.UNAPPROVED and record.state is not OutState.UNAPPROVED
    which = _which(record, record.approved_by)
    waits_now = Happening(What.WAITS_FOR_APPROVAL, work.conversation, actor, now, which)
    shown = ShowState(work.conversation, edited, seconds=work.mailbox.undo_seconds)
    return Decision(changes, (shown,), (waits_now,) if is_news else ())


def unapproved(work: Outgoing, given: StoredReaction, *, room: RoomId, now: datetime) -> Decision:
    """A mail that waits to leave by this approval, which was taken away, waits for another one."""
    approved = [r for r in work.outgoing if r.approved_by == given.sender and given.target in (r.event, r.source)]
    record = next((r for r in approved if r.state in WAITING), None)
    if record is None:
        return NOTHING
    if record.row in work.under_way or not waits(work, record):
        return undo(work, record, actor=given.sender, room=room, source=None, now=now)
    # Its bytes are written anew by the next approval.
    after = replace(record, state=OutState.UNAPPROVED, approved_by=None, raw=BlobId(""))
    happened = Happening(What.APPROVAL_WITHDRAWN, work.conversation, given.sender, now, record.author or "")
    changes = (*_taken_back(work, record, now), UpdateMail(after))
    return Decision(changes, (ShowState(work.conversation, after),), (happened,))


def edited_away(
    work: Outgoing, record: MailRecord, why: Sentence, *, room: RoomId, actor: UserId, now: datetime
) -> Decision:
    """Keep back the mail of a message that was edited into another thing, if it has not left; `why` says into what."""
    if record.state in (OutState.CANCELLED, OutState.REFUSED):
        return Decision()
    if record.row not in work.under_way and not waits(work, record):
        unsure = record.state is OutState.UNKNOWN
        late = sentence("error.edit_as_it_was" if unsure else "error.edit_too_late")
        return _not_any_more(record, late, room, actor)
    return undo(work, record, actor=actor, room=room, source=None, now=now, why=why)


def _not_any_more(record: MailRecord, why: Sentence, room: RoomId, actor: UserId) -> Decision:
    return Decision((), (beside(record, room, why, mention=actor),))


def _stopped(record: MailRecord) -> CancelCall:
    return CancelCall(submit_key(record), was_tried=record.state is OutState.RETRYING)


def _taken_back(work: Outgoing, record: MailRecord, now: datetime) -> tuple[Change, ...]:
    """Take the submission back; of a mail that waits for files note the time, so that its writing is decided anew."""
    if record.is_written:
        return (_stopped(record),)
    return (SaveConversation(replace(work.conversation, changed_at=now)),)
