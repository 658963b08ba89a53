"""Asking before a mail leaves, when its writer may not know something; and whether a question still holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from bot.domain.addresses import normal
from bot.domain.command import Asked
from bot.domain.conversation import Conversation, Direction, EventKind, KnownEvent, MailRecord, OutState, Status
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue, question_of
from bot.domain.effects import Say
from bot.domain.ids import DialogueId, MessageRow, UserId
from bot.domain.mail import Address
from bot.domain.participants import Addressed
from bot.domain.question import HOLDS, Question, Stage
from bot.domain.rules.draft import GONE
from bot.domain.rules.said_twice import has_left_since
from bot.domain.rules.talks import kept
from bot.domain.sentences import Sentence, sentence
from bot.domain.wishes import NOBODY
from bot.domain.work import Work

COLLEAGUE_JUST_REPLIED = timedelta(minutes=10)


def newest_of(work: Work) -> tuple[MessageRow, ...]:
    """The newest mails of the conversation, as a question keeps them."""
    return tuple(r.row for r in (work.newest_in, work.newest_out) if r is not None)


def is_same(question: Question, wanted: Question) -> bool:
    """Whether two letters have the same words and files of the same person."""
    return (
        question.person == wanted.person
        and question.text == wanted.text
        and question.leaves_at == wanted.leaves_at
        and [(e.file.filename, e.file.size) for e in question.files]
        == [(e.file.filename, e.file.size) for e in wanted.files]
    )


def holds(question: Question, wanted: Question, now: datetime, *, by_word: bool = False) -> bool:
    """Whether everything that the question was about still holds."""
    return (
        question.stage is Stage.OPEN
        and now - question.at <= HOLDS
        and is_same(question, wanted)
        and (by_word or is_for(question, wanted))
        and question.newest == wanted.newest
        and question.mailbox in (None, wanted.mailbox)
    )


def is_for(question: Question, whom: Question | Addressed) -> bool:
    """Whether the question was about these recipients."""
    places = ((question.to, whom.to), (question.cc, whom.cc), (question.bcc, whom.bcc))
    return all(_people(before) == _people(now) for before, now in places)


def _people(addresses: Sequence[Address]) -> set[str]:
    return {normal(one.address) for one in addresses}


def latest(asked: Asked, conversation: Conversation) -> Question | None:
    """The last question to the person about the conversation that is still open."""
    put = (question_of(one) for one in reversed(asked.dialogues))
    about = (q for q in put if q is not None and q.conversation == conversation.id)
    return next((q for q in about if q.stage is Stage.OPEN and asked.now - q.at <= HOLDS), None)


def is_unseen(work: Work) -> bool:
    """Whether the newest mail of a person is one that the writer, as far as we know, has not seen."""
    newest = work.newest_in
    if newest is None or newest.is_automatic:
        return False
    # Who writes in the thread has its first mail before their eyes, however quick they were.
    seen = max((at for at in (work.seen_at, work.first_posted) if at is not None), default=None)
    if seen is not None and (work.newest_in_posted or newest.date) > seen:
        return True
    return newest.event is None and work.conversation.mails > 1


def may_not_know(work: Work, person: UserId, now: datetime) -> tuple[Sentence, ...]:
    """A mail that the writer has not seen, that it is spam by now, a colleague who has just answered, or whose answer
    waits."""
    newer = (sentence("question.newer_mail"),) if is_unseen(work) else ()
    spam = (sentence("question.is_spam"),) if _is_spam_since(work) else ()
    return (*newer, *spam, *_answered_just_now(work, person, now), *_waiting_of_others(work, person))


def _is_spam_since(work: Work) -> bool:
    """Whether a conversation may have become spam since the mail that its writer answers: who writes in the thread sees
    the card. What is answered to it then would be told to nobody."""
    one = work.conversation
    if work.told_at is None or one.status is not Status.SPAM:
        return False
    return one.changed_at > max(work.told_at, work.read_at or work.told_at)


def _answered_just_now(work: Work, person: UserId, now: datetime) -> tuple[Sentence, ...]:
    last = work.newest_out
    if last is None or last.author == person or last.state in GONE or last.is_scheduled or last.waits_for_word:
        return ()
    if _was_asked(work, last):
        return ()
    # Whoever answers by mail knows of what they were told, however long ago the other answer is.
    is_unknown = work.told_at is not None and last.date > max(work.told_at, work.read_at or work.told_at)
    if now - last.date >= COLLEAGUE_JUST_REPLIED and not is_unknown:
        return ()
    if last.author is None:
        return (sentence("question.answered_outside"),)
    return (sentence("question.colleague_replied", who=last.author),)


def _was_asked(work: Work, record: MailRecord) -> bool:
    """Whether the mail that they answer has asked about it: with these words or others, they know."""
    return work.was_asked and work.told_at is not None and record.date <= work.told_at


def _waiting_of_others(work: Work, person: UserId) -> tuple[Sentence, ...]:
    """The newest answer of a colleague that waits for its time or for somebody's word: both may leave."""
    others = (one for one in work.outgoing if one.author != person and not _was_asked(work, one))
    waiting = [one for one in others if one.is_scheduled or one.waits_for_word]
    if not waiting:
        return ()
    newest = waiting[-1]
    if newest.is_scheduled and newest.leaves_at is not None:
        return (sentence("question.colleague_later", who=newest.author or "", when=newest.leaves_at),)
    key = "question.colleague_unapproved" if newest.state is OutState.UNAPPROVED else "question.colleague_held"
    return (sentence(key, who=newest.author or ""),)


def unmet_copies(work: Work, person: UserId, whom: Addressed) -> tuple[Address, ...]:
    """Those who would get a copy of an answer to somebody that came in by themselves, and had no mail with them yet.

    A word chose whoever that is (`--them`), and nobody else; the copies are those of the conversation that was there
    before. Who has changed the copies themselves since was told whom the answer goes to.
    """
    known = [*work.incoming, *work.history, *(one for one in work.outgoing if one.state not in GONE)]
    known = sorted({one.row: one for one in known}.values(), key=attrgetter("order"))
    came = {normal(one.address) for one in whom.to} - {normal(work.conversation.correspondent.address)}
    came = {one for one in came if _came_alone(known, one)}
    wishes = work.conversation.wishes
    answered_at = max((one.date for one in known if one.direction is Direction.OUT), default=None)
    is_own_word = wishes.by == person and wishes.at is not None and (answered_at is None or wishes.at > answered_at)
    if not came or is_own_word:
        return ()
    met = {key for one in known if came & (names := _names(one)) for key in names}
    return tuple(one for one in (*whom.cc, *whom.bcc) if normal(one.address) not in met)


def _came_alone(known: Sequence[MailRecord], person: str) -> bool:
    """Whether they wrote first, in a conversation that others had begun: nobody had named them."""
    first = next((one for one in known if person in _names(one)), None)
    if first is None or first is known[0]:
        return False
    return person in _people((*first.from_, *first.reply_to, *first.original_from))


def _names(mail: MailRecord) -> set[str]:
    return _people((*mail.from_, *mail.reply_to, *mail.original_from, *mail.to, *mail.cc, *mail.bcc))


def left_already(work: Work, person: UserId, words: KnownEvent) -> Sentence | None:
    """The person's words of the thread have left by another message since: an answer by mail that was asked about, and
    that they mailed once more with `!reply`."""
    twice = has_left_since(work.outgoing, person, words.body, words.at, has_signs=True)
    return sentence("question.left_already") if twice else None


def same_waits(work: Work, wanted: Question) -> Sentence | None:
    """The person's own answer in the same words to the same people, which waits for its time or for a word: both may
    leave."""
    own = (one for one in work.outgoing if one.author == wanted.person and (one.is_scheduled or one.waits_for_word))
    twice = any(
        one.text == wanted.text
        and is_for(wanted, Addressed(one.to, one.cc, bcc=one.bcc))
        and [each.file.filename for each in one.files] == [each.file.filename for each in wanted.files]
        for one in own
    )
    return sentence("question.same_waits") if twice else None


def others_changed(work: Work, person: UserId, since: datetime | None) -> UserId | None:
    """The colleague who has changed who gets the answers, or their sender, since that time; None: since ever."""
    last = work.conversation.wishes.last_but(person)
    return last[0] if last is not None and (since is None or last[1] > since) else None


def unknown_change(
    work: Work, person: UserId, written_at: datetime | None, named_at: datetime | None = None
) -> UserId | None:
    """The colleague who has changed that, where the person may not know: it was not named to them since (`named_at`:
    by a notification), and they have not read beyond it; or the words, of `written_at`, are older. Whatever they did
    since proves nothing.

    Receipts are encrypted as little as deletions are: none shows that somebody knows of a change by `NOBODY`.
    """
    wishes = work.conversation.wishes
    last = wishes.last_but(person)
    proofs = () if last is not None and last[0] == NOBODY else (work.read_at, named_at)
    knows_at = max((at for at in proofs if at is not None), default=None)
    known = None if person in wishes.told else others_changed(work, person, knows_at)
    return known or (others_changed(work, person, written_at) if written_at is not None else None)


def whom_changed(who: UserId) -> Sentence:
    """What is said of such a change: a person's, or one that nobody can prove."""
    return sentence("question.whom_changed_back") if who == NOBODY else sentence("question.whom_changed", who=who)


def ask(asked: Asked, work: Work, wanted: Question, why: tuple[Sentence, ...]) -> Decision:
    """Keep the person's letter, and ask them where they wrote it."""
    # Reactions are never encrypted: there they send nothing. Of an answer by mail there is no command to repeat.
    if work.told_at is not None:
        how = sentence("question.confirm_mailed_in_words" if asked.room_encrypted else "question.confirm_mailed")
    else:
        how = sentence("question.confirm_in_words" if asked.room_encrypted else "question.confirm")
    return _put(asked, work, wanted, (*why, how))


def ask_who(asked: Asked, work: Work, wanted: Question, told: tuple[Sentence, ...]) -> Decision:
    """Ask for the recipients: the question is about nobody yet, so only a word can answer it."""
    return _put(asked, work, replace(wanted, to=(), cc=(), bcc=()), told)


def _put(asked: Asked, work: Work, wanted: Question, told: tuple[Sentence, ...]) -> Decision:
    """The question, in the place of the words that it is about."""
    say = Say(
        asked.room,
        told,
        kind=EventKind.QUESTION,
        conversation=wanted.conversation,
        in_thread=not wanted.is_apart,
        under=wanted.under,
        reply_to=wanted.event,
        mention=(wanted.person,),
        mail=wanted.row,
    )
    thread = None if wanted.is_apart else work.conversation.root
    return kept(Dialogue(DialogueId(wanted.row), asked.room, thread, wanted.person, wanted)) + Decision((), (say,))
