"""Asking before a mail leaves: what its writer may not know, and whether a question still holds when it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.addresses import normal
from bot.domain.conversation import EventKind, OutState
from bot.domain.decision import AskQuestion, Change, Decision, UseQuestion
from bot.domain.effects import Say
from bot.domain.ids import MessageRow, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.question import HOLDS, Question
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work

COLLEAGUE_JUST_REPLIED = timedelta(minutes=10)
GONE = (OutState.CANCELLED, OutState.REFUSED)
"""States of a mail that nobody got, and that nothing is done about."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands between a member's words and their mail."""

    ask: Sentence | None
    """What is to be asked first; None: the mail may leave."""
    uses: Question | None
    """The question that this answers, or that the new one takes the place of."""


def newest_of(work: Work) -> tuple[MessageRow, ...]:
    """The newest mails of the conversation, as a question keeps them."""
    return tuple(r.row for r in (work.newest_in, work.newest_out) if r is not None)


def look(
    work: Work,
    wanted: Question,
    *,
    answers: Question | None,
    must_ask: Sentence | None,
    now: datetime,
    by_word: bool = False,
) -> Looked:
    """Whether to ask before `wanted` leaves.

    `answers` is the question that was answered by hand (✅); the same command again answers its own by itself.
    `must_ask` is asked where there is nothing else to ask. `by_word`: a word says who gets it, whoever it was before.
    """
    why = may_not_know(work, wanted.person, now) or must_ask
    asked = answers or next((q for q in reversed(work.questions) if is_same(q, wanted)), None)
    if asked is None:
        return Looked(why, None)
    if asked.is_used:
        # Its mail is on its way: typed once more, or again by somebody who saw no answer yet.
        is_mailed = any(r.row == asked.row and r.state not in GONE for r in work.outgoing)
        return Looked(why or (sentence("question.said_already") if is_mailed else None), None)
    if must_ask is None and holds(asked, wanted, now, by_word=by_word):
        return Looked(None, asked)
    return Looked(why or sentence("question.changed"), asked)


def is_same(question: Question, wanted: Question) -> bool:
    """The same words and files of the same person."""
    return (
        question.person == wanted.person
        and question.text == wanted.text
        and [(e.file.filename, e.file.size) for e in question.files]
        == [(e.file.filename, e.file.size) for e in wanted.files]
    )


def holds(question: Question, wanted: Question, now: datetime, *, by_word: bool = False) -> bool:
    """Whether everything that the question was about still holds."""
    return (
        not question.is_used
        and now - question.at <= HOLDS
        and is_same(question, wanted)
        and (by_word or is_for(question, wanted.to, wanted.cc))
        and question.newest == wanted.newest
    )


def is_for(question: Question, to: Sequence[Address], cc: Sequence[Address]) -> bool:
    """Whether the question was about these recipients."""
    return (_people(question.to), _people(question.cc)) == (_people(to), _people(cc))


def _people(addresses: Sequence[Address]) -> set[str]:
    return {normal(one.address) for one in addresses}


def latest(work: Work, now: datetime) -> Question | None:
    """The last question to the person that is still open."""
    asked = (q for q in reversed(work.questions) if not q.is_used and now - q.at <= HOLDS)
    return next(asked, None)


def may_not_know(work: Work, person: UserId, now: datetime) -> Sentence | None:
    """A mail that the writer has not seen, or a colleague who has just answered."""
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
        and last_out.author != person
        and last_out.state not in GONE
        and now - last_out.date < COLLEAGUE_JUST_REPLIED
    ):
        if last_out.author is None:
            return sentence("question.answered_outside")
        return sentence("question.colleague_replied", who=last_out.author)
    return None


def ask(looked: Looked, wanted: Question, *, room: RoomId, in_encrypted_room: bool, is_apart: bool = False) -> Decision:
    """Keep what the person wants to send, and ask them where they said it: `is_apart`, outside of the thread."""
    assert looked.ask is not None
    # Reactions are never encrypted: there they send nothing.
    how = sentence("question.confirm_in_words" if in_encrypted_room else "question.confirm")
    say = _put(wanted, (looked.ask, how), room=room, is_apart=is_apart)
    used: tuple[Change, ...] = () if looked.uses is None else (UseQuestion(looked.uses.row),)
    return Decision((*used, AskQuestion(wanted)), (say,))


def ask_who(
    work: Work,
    wanted: Question,
    told: tuple[Sentence, ...],
    *,
    room: RoomId,
    answers: Question | None,
    is_apart: bool = False,
) -> Decision:
    """Ask who is to get it: the question is about nobody yet, so that only a word can answer it."""
    same = answers or next((q for q in reversed(work.questions) if is_same(q, wanted)), None)
    used: tuple[Change, ...] = () if same is None or same.is_used else (UseQuestion(same.row),)
    say = _put(wanted, told, room=room, is_apart=is_apart)
    return Decision((*used, AskQuestion(replace(wanted, to=(), cc=()))), (say,))


def _put(wanted: Question, told: tuple[Sentence, ...], *, room: RoomId, is_apart: bool) -> Say:
    """The question, where the person said what it is about."""
    return Say(
        room,
        told,
        kind=EventKind.QUESTION,
        conversation=wanted.conversation,
        in_thread=not is_apart,
        reply_to=wanted.event,
        mention=(wanted.person,),
        mail=wanted.row,
    )


def confirmed(question: Question, wanted: Question) -> Question:
    """What leaves once the question is answered: the mail that it was about, with the words that confirmed it."""
    return replace(wanted, row=question.row)
