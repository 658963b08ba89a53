"""An answer by mail stands in its thread: its words are decided there, and the command of its first line follows.

The second step; the first is `answered.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.command import Asked, Talk
from bot.domain.conversation import Conversation, EventKind, KnownEvent, MailRecord, OutState
from bot.domain.decision import (
    NOTHING,
    AddEvent,
    AddMail,
    Change,
    Decision,
    KeepMailed,
    NeverTake,
    SaveConversation,
    SetTimer,
)
from bot.domain.due_snapshots import MailedSnapshot
from bot.domain.effects import Effect, Say
from bot.domain.ids import UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.said import TeamMessage
from bot.domain.mailed import Mailed, asked_key, question_mail_key, row_in, row_of_files
from bot.domain.member_mail import Passage
from bot.domain.own_addresses import of_person
from bot.domain.participants import Addressed
from bot.domain.plain_words import as_markdown
from bot.domain.rules.mailed_words import head_of, shown, told_by_mail, told_token, told_who_left
from bot.domain.rules.notice_whom import whom_named
from bot.domain.rules.reply import work_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import Fresh, row_of
from bot.domain.stories.by_mail import is_assigning
from bot.domain.stories.team import decide_message

_LEAVES: Final = timedelta(seconds=3)
"""So long after its undo window a mail has left, if nothing hinders it."""
_SOON: Final = timedelta(seconds=10)
_FRESH: Final = timedelta(minutes=2)
"""So long it is looked at soon again: its server may be slow."""
_LATER: Final = timedelta(hours=1)
_WAITS: Final = timedelta(days=30)
"""For so long what follows an answer waits for it."""
_OF_COLLEAGUES: Final = frozenset(
    (
        "question.colleague_replied",
        "question.answered_outside",
        "question.colleague_later",
        "question.colleague_unapproved",
        "question.colleague_held",
        "question.whom_changed",
    )
)
"""Questions that tell what a colleague has done."""


def decide_mailed(snapshot: MailedSnapshot, input: TimerDue, now: datetime) -> Decision:
    """The second step: the words stand in the thread, and are decided there."""
    one, asked, message = snapshot.mailed, snapshot.asked, snapshot.message
    if one is not None and row_in(input.timer)[1]:
        return _followed(snapshot, one, now) if snapshot.conversation is not None else NOTHING
    if one is None or one.is_done:
        return NOTHING
    if snapshot.onward is not None and not one.is_refused:
        return _carried(one, snapshot.onward, now)
    if asked is None or message is None:
        return _again(snapshot, one, now)
    if one.is_refused:
        return _kept(one, message, now)
    if _is_off(snapshot) and (one.text or one.files) and not one.is_note:
        told = Decision((), (_say(snapshot, one, sentence("mailed.off_since")),))
        return _kept(one, message, now) + told + _by_mail(snapshot, one, sentence("mailed.told_waits"), now)
    done = KeepMailed(_done(one))
    if isinstance(asked.reading, Talk) and of_person(asked.instance.addresses, one.person):
        # Nothing but a command on the first line.
        return Decision((done, SetTimer(one.line_timer, now)))
    if snapshot.was_shown:
        # A run that the database forgot has decided it, and may have sent it.
        return Decision((done,), (_say(snapshot, one, sentence("mailed.before")),))
    if not asked.is_joined:
        stays = Decision((done,), (_say(snapshot, one, sentence("mailed.left")),))
        return stays + _told_who_left(snapshot, one, one.text, now)
    if not of_person(asked.instance.addresses, one.person):
        # They took off the address that it came from.
        return Decision((done,), (_say(snapshot, one, sentence("mailed.address_gone")),))
    decision = _heard(decide_message(asked, message), one)
    changes: tuple[Change, ...] = (done,)
    if one.is_note:
        went_on = any(isinstance(change, AddEvent) for change in decision.changes)
        changes = (done, SetTimer(one.line_timer, now)) if one.line else (done,)
    else:
        went_on = any(isinstance(change, AddMail) for change in decision.changes)
        if went_on:
            changes = (done, SetTimer(one.line_timer, now + timedelta(seconds=_undo_seconds(asked)) + _LEAVES))
        elif one.line:
            # The correspondent has no answer yet: what was to follow it waits for a person.
            decision += _not_done(snapshot, one, "mailed.line_waits")
        if not went_on:
            changes += _files_for_send(one, message)
            if one.text:
                # What has not left is no repetition where they give it again in answer to the mail that tells so.
                changes += (NeverTake(asked_key(one.told_of or one.conversation, one.person, one.text)),)
    if not went_on:
        decision += _asked_by_mail(snapshot, one, _asked_in(decision), now)
    return Decision(changes) + decision


def _kept(one: Mailed, message: TeamMessage, now: datetime) -> Decision:
    """From now on the words are like a message of theirs that did not go anywhere."""
    note = KnownEvent(
        message.event, message.room, EventKind.NOTE, one.conversation, one.person, None, now, as_markdown(one.text)
    )
    return Decision((AddEvent(note), KeepMailed(_done(one)), *_files_for_send(one, message)))


def _files_for_send(one: Mailed, message: TeamMessage) -> tuple[Change, ...]:
    """`!send` on the words finds their files under the event."""
    return (KeepMailed(replace(_done(one), row=row_of_files(message.event), files=one.files)),) if one.files else ()


def _asked_in(decision: Decision) -> tuple[Sentence, ...]:
    """What the thread asks: whoever gives the answer again has read it."""
    put = (one for one in decision.effects if isinstance(one, Say) and one.kind is EventKind.QUESTION)
    return tuple(words for one in put for words in one.sentences if not words.key.startswith("question.confirm"))


def _asked_by_mail(snapshot: MailedSnapshot, one: Mailed, why: tuple[Sentence, ...], now: datetime) -> Decision:
    """Whoever answers this mail knows what it asks, however late they do."""
    told_at = now if why else one.told_at
    news = Fresh.TEAM if any(words.key in _OF_COLLEAGUES for words in why) else Fresh.OUTSIDE
    told = _by_mail(snapshot, replace(one, told_at=told_at), sentence("mailed.told_waits"), now, *why, news=news)
    asks = Decision((NeverTake(question_mail_key(told_token(one))),)) if why and told.effects else NOTHING
    return told + asks


def _is_off(snapshot: MailedSnapshot) -> bool:
    """Whether the mailbox takes no answers by mail any more."""
    about, instance = snapshot.conversation, snapshot.instance
    mailbox = instance.mailbox(about.mailbox) if about is not None and instance is not None else None
    return mailbox is not None and not mailbox.answer_by_mail


def _followed(snapshot: MailedSnapshot, one: Mailed, now: datetime) -> Decision:
    """What follows the words: the command of the first line, once the answer has left, and a word where it did not."""
    answer = snapshot.answer
    match answer.state if answer is not None else None:
        case OutState.QUEUED | OutState.HELD | OutState.UNAPPROVED | OutState.RETRYING:
            if now - one.at > _WAITS:
                return _not_done(snapshot, one, "mailed.line_waits")
            again = _SOON if now - one.at < _FRESH else min(now - one.at, _LATER)
            waits = Decision((SetTimer(one.line_timer, now + again),))
            if answer is not None and answer.state is OutState.HELD and not one.is_held_told:
                # Somebody marked it as spam, say, while the answer could be taken back: nothing leaves without a word.
                told = _by_mail(snapshot, one, sentence("mailed.told_waits"), now, *_words_of(answer))
                # Where the mail of the day told of something else, it is looked at again until a day has one left.
                kept = (KeepMailed(replace(one, is_held_told=True)),) if told.effects else ()
                return waits + Decision(kept) + told
            return waits
        case OutState.CANCELLED:
            told = _by_mail(snapshot, one, sentence("mailed.told_waits"), now, *_words_of(answer))
            if snapshot.asked is not None and not snapshot.asked.is_joined and answer is not None:
                told = _told_who_left(snapshot, one, answer.text, now, is_markdown=True)
            elif snapshot.undone_by is not None:
                return _not_done(snapshot, one, "mailed.line_waits") + _undone(snapshot, one, snapshot.undone_by, now)
            return _not_done(snapshot, one, "mailed.line_waits") + (told if _is_draft(snapshot) else NOTHING)
        case OutState.REFUSED:
            told = _by_mail(snapshot, one, sentence("mailed.told_server"), now, *_words_of(answer))
            return _not_done(snapshot, one, "mailed.line_waits") + told
        case OutState.UNKNOWN:
            # Whoever believes that it did not leave writes again, and the correspondent has it twice.
            subject = sentence("mailed.told_unknown_subject", number=one.conversation)
            told = _by_mail(snapshot, one, sentence("mailed.told_unknown"), now, *_words_of(answer), subject=subject)
            return _not_done(snapshot, one, "mailed.line_unknown") + told
        case _:
            return _line_done(snapshot, one, now) if one.line else NOTHING


def _undone(snapshot: MailedSnapshot, one: Mailed, by: UserId, now: datetime) -> Decision:
    """A colleague took it back, and says so in the thread alone."""
    line = (_why_not(one, "mailed.line_waits"),) if one.line else ()
    more = (sentence("mailed.once_a_day"), *line, *_words_of(snapshot.answer))
    return _by_mail(snapshot, one, sentence("reply.undone_by", who=by), now, *more, news=Fresh.ACTS)


def _is_draft(snapshot: MailedSnapshot) -> bool:
    """Whether its words are the draft: its writer did not take it back, but may not send any more."""
    about, answer = snapshot.conversation, snapshot.answer
    draft = about.draft if about is not None else None
    return draft is not None and answer is not None and draft.text == answer.text


def _words_of(answer: MailRecord | None) -> tuple[Passage, ...]:
    """Which answer it is: of the mail that brought it the words are forgotten."""
    words = answer.text.strip() if answer is not None else ""
    return (Passage(sentence("mailed.told_words"), words, is_markdown=True),) if words else ()


def _line_done(snapshot: MailedSnapshot, one: Mailed, now: datetime) -> Decision:
    """The command of the first line, in the thread where the words stand. Once the conversation is another one, stands
    in another room, or has a mail that its writer did not know of, it is nobody's wish any more."""
    about, answer = snapshot.onward or snapshot.conversation, snapshot.answer
    assert about is not None
    if snapshot.onward is not None:
        why = _why_not(one, "mailed.line_merged", number=one.conversation, other=about.id)
    elif snapshot.asked is None or snapshot.message is None:
        why = _why_not(one, "mailed.line_moved", number=about.id)
    elif not of_person(snapshot.asked.instance.addresses, one.person):
        why = _why_not(one, "mailed.line_address")
    elif _is_off(snapshot):
        why = _why_not(one, "mailed.line_off")
    elif snapshot.has_come and not is_assigning(one.line):
        why = _why_not(one, "mailed.line_came", number=about.id)
    elif answer is not None and answer.heard != about.heard:
        why = _why_not(one, "mailed.line_wrote", number=about.id)
    else:
        decision = _heard(decide_message(snapshot.asked, snapshot.message), one)
        wrong = _wrong(decision, snapshot.message)
        return decision + (_line_by_mail(snapshot, one, wrong, now) if wrong else NOTHING)
    return Decision((), (_say(snapshot, one, why),)) + _line_by_mail(snapshot, one, (why,), now)


def _wrong(decision: Decision, message: TeamMessage) -> tuple[Sentence, ...]:
    """What was wrong with a command; empty: it is done."""
    if any(isinstance(change, SaveConversation) for change in decision.changes):
        return ()
    said = (one for one in decision.effects if isinstance(one, Say) and one.reply_to == message.event)
    return tuple(words for one in said for words in one.sentences)


def _why_not(one: Mailed, key: str, **values: int) -> Sentence:
    return sentence(key, line=one.line.removeprefix("!"), **values)


def _undo_seconds(asked: Asked) -> int:
    (one,) = asked.about
    mailbox = asked.instance.mailbox(one.mailbox)
    return mailbox.undo_seconds if mailbox is not None else 0


def _not_done(snapshot: MailedSnapshot, one: Mailed, key: str) -> Decision:
    """That the command of the first line was not done; nothing where there was none."""
    return Decision((), (_say(snapshot, one, _why_not(one, key)),)) if one.line else NOTHING


def _line_by_mail(snapshot: MailedSnapshot, one: Mailed, why: tuple[Sentence, ...], now: datetime) -> Decision:
    subject = _why_not(one, "mailed.told_line_subject", number=one.conversation)
    return _by_mail(snapshot, one, _why_not(one, "mailed.told_line"), now, *why, subject=subject)


def _by_mail(
    snapshot: MailedSnapshot,
    one: Mailed,
    told: Sentence,
    now: datetime,
    *more: Sentence | Passage,
    subject: Sentence | None = None,
    news: Fresh = Fresh.OUTSIDE,
) -> Decision:
    """What is said in the thread alone is not heard by who writes by mail. `news`: whose it tells."""
    about, instance, signer = snapshot.onward or snapshot.conversation, snapshot.instance, snapshot.signer
    if about is None or instance is None or signer is None:
        return NOTHING
    mailbox = instance.mailbox(about.mailbox)
    address = next(iter(instance.addresses_of(one.person)), "")
    if not one.may_be_told or snapshot.is_told or mailbox is None or not address:
        return NOTHING
    passages = (Passage(sentence("mailed.told_words"), one.text),) if one.text else ()
    blocks = (told, *more, *passages)
    whom, fresh = _whom(snapshot), one.fresh.or_stricter(news)
    return told_by_mail(
        signer, instance, mailbox, one, address, blocks, now, about=about, subject=subject, whom=whom, fresh=fresh
    )


def _told_who_left(
    snapshot: MailedSnapshot, one: Mailed, words: str, now: datetime, *, is_markdown: bool = False
) -> Decision:
    about, instance, signer = snapshot.conversation, snapshot.instance, snapshot.signer
    mailbox = instance.mailbox(about.mailbox) if instance is not None and about is not None else None
    if about is None or instance is None or signer is None or mailbox is None:
        return NOTHING
    is_mailed = one.may_be_told and not snapshot.is_told
    address = next(iter(instance.addresses_of(one.person)), "") if is_mailed else ""
    told = sentence("mailed.you_left", number=about.id)
    return told_who_left(
        signer, instance, mailbox, one, told, words.strip(), now, address=address, is_markdown=is_markdown
    )


def _whom(snapshot: MailedSnapshot) -> Addressed | None:
    """All who would get the answer, where that was looked up and they are no others by now."""
    asked = snapshot.asked
    if asked is None or snapshot.onward is not None or len(asked.about) != 1:
        return None
    need = work_of(asked)
    return whom_named(asked.facts[need]) if asked.facts.answers([need]) else None


def _carried(one: Mailed, onward: Conversation, now: datetime) -> Decision:
    """The words are shown once more, where the conversation goes on by now, and decided there."""
    row, told_of = row_of(f"{one.slot}:{onward.id}"), one.told_of or one.conversation
    there = replace(one, row=row, conversation=onward.id, told_of=told_of)
    return Decision((KeepMailed(_done(one)),)) + shown(there, onward, head_of(there), vouched=True, now=now)


def _done(one: Mailed) -> Mailed:
    """What was decided needs no words any more."""
    return replace(one, text="", files=(), is_done=True)


def _heard(decision: Decision, one: Mailed) -> Decision:
    """What is said to the person rings: whoever writes by mail does not look at the room."""
    effects = tuple(
        replace(effect, rings=True) if isinstance(effect, Say) and one.person in effect.mention else effect
        for effect in decision.effects
    )
    return replace(decision, effects=effects)


def _say(snapshot: MailedSnapshot, one: Mailed, told: Sentence) -> Effect:
    """In the thread of the conversation, or of that as which it goes on."""
    about = snapshot.onward or snapshot.conversation
    assert about is not None
    return Say(about.room, (told,), EventKind.NOTICE, about.id, mention=(one.person,))


def _again(snapshot: MailedSnapshot, one: Mailed, now: datetime) -> Decision:
    """The words do not stand in the thread yet: perhaps it moved to another room while they were on their way."""
    about = snapshot.conversation
    if about is None:
        return NOTHING
    if one.is_refused:
        return shown(one, about, sentence("mailed.refused_before"), vouched=False, now=now)
    return shown(one, about, head_of(one), vouched=True, now=now)
