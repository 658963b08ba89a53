"""A reaction was given, or taken away (PRODUCT 3)."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import rights
from bot.domain.conversation import EventKind, Status, StoredReaction
from bot.domain.decide import moves, spam
from bot.domain.decide import reply as replies
from bot.domain.decide.asking import GONE
from bot.domain.decide.resend import mail_of, resend
from bot.domain.decide.taking_back import WAITING, undo
from bot.domain.decision import NOTHING, AddReaction, Change, Decision, EndReaction, UseQuestion
from bot.domain.effects import Say
from bot.domain.inputs import Reaction, Redacted
from bot.domain.question import own_file
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Meaning
from bot.domain.snapshots import ReactionSnapshot, Work

CONFIRMS = "✅"


def bare_emoji(emoji: str) -> str:
    """Without variation selectors: Element adds U+FE0F to some (notes of the Matrix client, Unicode TR51)."""
    return emoji.replace("\ufe0f", "").replace("\ufe0e", "").strip()


def meaning_of(work: Work, emoji: str) -> Meaning | None:
    return next((meaning for key, meaning in work.mailbox.reactions if bare_emoji(key) == bare_emoji(emoji)), None)


def decide_reaction(snapshot: ReactionSnapshot, input: Reaction, now: datetime) -> Decision:
    """What a reaction on a card, or on a message of its thread, does."""
    work, target = snapshot.work, snapshot.target
    if work is None or target is None:
        return NOTHING
    # ✅ is the answer to a question, whatever the mailbox makes of it elsewhere.
    confirms = target.kind is EventKind.QUESTION and bare_emoji(input.emoji) == CONFIRMS
    meaning = meaning_of(work, input.emoji)
    if meaning is None and not confirms:
        return NOTHING
    sends = meaning in (Meaning.SEND, Meaning.RETRY) or confirms
    right = rights.may_react(
        snapshot.instance,
        sender=input.sender,
        is_joined=snapshot.is_joined,
        room_encrypted=input.room_encrypted,
        is_sensitive=sends,
    )
    match right:
        case rights.Allowed():
            pass
        case rights.Denied(why):
            return _tell(input, work, why)
        case _ as unreachable:
            assert_never(unreachable)
    if confirms or meaning is None:
        return _confirm(snapshot, input, work, now)
    stored = StoredReaction(
        input.event,
        input.room,
        work.conversation.id,
        input.target,
        input.sender,
        meaning.value,
        work.conversation.status,
        input.at,
    )
    kept: tuple[Change, ...] = (AddReaction(stored),)
    return Decision(kept) + _given(snapshot, input, work, meaning, now)


def _given(snapshot: ReactionSnapshot, input: Reaction, work: Work, meaning: Meaning, now: datetime) -> Decision:
    conversation, actor = work.conversation, input.sender
    match meaning:
        case Meaning.MINE:
            return moves.assign(conversation, actor, actor=actor, now=now)
        case Meaning.CLOSE:
            return spam.set_status(work, Status.CLOSED, actor=actor, now=now)
        case Meaning.PENDING:
            return spam.set_status(work, Status.PENDING, actor=actor, now=now)
        case Meaning.SPAM:
            return spam.mark(work, actor=actor, now=now)
        case Meaning.FOLLOW:
            return moves.follow(conversation, actor, follows=True, now=now)
        case Meaning.SEND:
            return _send(snapshot, input, work, now)
        case Meaning.RETRY:
            about = mail_of(work, snapshot.target)
            return resend(work, actor=actor, room=input.room, source=input.target, now=now, about=about)
        case _ as unreachable:
            assert_never(unreachable)


def _send(snapshot: ReactionSnapshot, input: Reaction, work: Work, now: datetime) -> Decision:
    """📤 on a message of the thread."""
    sent = replies.send(
        work,
        snapshot.target,
        key=input.key,
        sender=input.sender,
        room=input.room,
        signer=snapshot.signer,
        now=now,
    )
    return _tell(input, work, sent) if isinstance(sent, Sentence) else sent


def _confirm(snapshot: ReactionSnapshot, input: Reaction, work: Work, now: datetime) -> Decision:
    """✅ on a question: its mail leaves if all is as it was when it was put; once."""
    question = snapshot.question
    if question is None or question.person != input.sender:
        return _tell(input, work, sentence("error.question_over"))
    if question.is_used:
        is_mailed = any(r.row == question.row and r.state not in GONE for r in work.outgoing)
        return NOTHING if is_mailed else _tell(input, work, sentence("error.question_over"))
    return replies.reply(
        work,
        key=input.key,
        source=question.event,
        sender=input.sender,
        text=question.text,
        room=input.room,
        signer=snapshot.signer,
        now=now,
        file=own_file(question),
        answers=question,
        is_apart=snapshot.is_apart,
    )


def _tell(input: Reaction, work: Work, why: Sentence | None) -> Decision:
    if why is None:
        return NOTHING
    say = Say(input.room, (why,), conversation=work.conversation.id, reply_to=input.target, mention=(input.sender,))
    return Decision((), (say,))


def decide_reaction_removed(snapshot: ReactionSnapshot, input: Redacted, now: datetime) -> Decision:
    """The meaning ends when the last reaction of its kind is taken away (PRODUCT 3, third column)."""
    given, work = snapshot.reaction, snapshot.work
    if given is None or work is None:
        return NOTHING
    ended = Decision((EndReaction(given.event),))
    conversation = work.conversation
    actor = given.sender
    match Meaning(given.key):
        case Meaning.MINE:
            if conversation.assignee == given.sender and not any(o.sender == given.sender for o in snapshot.others):
                return ended + moves.assign(conversation, None, actor=actor, now=now)
        case Meaning.CLOSE:
            if conversation.status is Status.CLOSED and not snapshot.others:
                return ended + _back(work, given, now)
        case Meaning.PENDING:
            if conversation.status is Status.PENDING and not snapshot.others:
                return ended + _back(work, given, now)
        case Meaning.SPAM:
            if conversation.status is Status.SPAM and not snapshot.others:
                held = replace(work, conversation=replace(conversation, status_before=_before(given)))
                return ended + spam.unmark(held, actor=actor, now=now)
        case Meaning.FOLLOW:
            return ended + moves.follow(conversation, given.sender, follows=False, now=now)
        case Meaning.SEND:
            asked = snapshot.question
            if asked is not None and not asked.is_used and asked.person == given.sender:
                ended += Decision((UseQuestion(asked.row),))
            queued = [r for r in work.outgoing if r.source == given.target and r.state in WAITING]
            if queued:
                return ended + undo(work, queued[-1], actor=actor, room=input.room, source=None, now=now)
        case Meaning.RETRY:
            pass
        case _ as unreachable:
            assert_never(unreachable)
    return ended


def _before(given: StoredReaction) -> Status:
    return given.status_before if given.status_before is not Status.SPAM else Status.ACTIVE


def _back(work: Work, given: StoredReaction, now: datetime) -> Decision:
    """Back to the status before; a mail that came meanwhile has made the conversation active already."""
    if given.status_before is work.conversation.status:
        return spam.set_status(work, Status.ACTIVE, actor=given.sender, now=now)
    return spam.set_status(work, given.status_before, actor=given.sender, now=now)
