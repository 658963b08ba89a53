"""An answer by mail stands in its thread: its words are decided there, and the command of its first line follows.

The second step; the first is `answered.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.command import Asked, Talk
from bot.domain.conversation import Conversation, EventKind, KnownEvent, OutState
from bot.domain.decision import NOTHING, AddEvent, AddMail, Change, Decision, KeepMailed, SetTimer
from bot.domain.due_snapshots import MailedSnapshot
from bot.domain.effects import Effect, Say
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.said import TeamMessage
from bot.domain.mailed import Mailed, row_in, row_of_files
from bot.domain.member_mail import Passage
from bot.domain.plain_words import as_markdown
from bot.domain.rules.mailed_words import head_of, shown, told_by_mail
from bot.domain.sentences import Sentence, sentence
from bot.domain.signing import row_of
from bot.domain.stories.team import decide_message

_LEAVES: Final = timedelta(seconds=3)
"""So long after its undo window a mail has left, if nothing hinders it."""
_SOON: Final = timedelta(seconds=10)
_FRESH: Final = timedelta(minutes=2)
"""So long it is looked at soon again: its server may be slow."""
_LATER: Final = timedelta(hours=1)
_WAITS: Final = timedelta(days=30)
"""For so long what follows an answer waits for it."""


def decide_mailed(snapshot: MailedSnapshot, input: TimerDue, now: datetime) -> Decision:
    """The second step: the words stand in the thread, and are decided there."""
    one, asked, message = snapshot.mailed, snapshot.asked, snapshot.message
    if one is None or (one.is_done and not row_in(input.timer)[1]):
        return NOTHING
    if snapshot.onward is not None and not (one.is_done or one.is_refused):
        return _carried(one, snapshot.onward, now)
    if asked is None or message is None:
        return _again(snapshot, one, input, now)
    if one.is_refused:
        # From now on it is like a message of theirs that did not go anywhere.
        note = KnownEvent(
            message.event, message.room, EventKind.NOTE, one.conversation, one.person, None, now, as_markdown(one.text)
        )
        files = (
            (KeepMailed(replace(_done(one), row=row_of_files(message.event), files=one.files)),) if one.files else ()
        )
        return Decision((AddEvent(note), KeepMailed(_done(one)), *files))
    if row_in(input.timer)[1]:
        return _followed(snapshot, asked, message, one, now)
    done = KeepMailed(_done(one))
    if isinstance(asked.reading, Talk):
        # Nothing but a command on the first line.
        return Decision((done, SetTimer(one.line_timer, now)))
    if snapshot.was_shown:
        # A run that the database forgot has decided it, and may have sent it.
        return Decision((done,), (_say(snapshot, one, sentence("mailed.before")),))
    if not asked.is_joined:
        return Decision((done,), (_say(snapshot, one, sentence("mailed.left")),))
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
            decision += Decision((), (_not_done(snapshot, one),))
    if not went_on:
        decision += _by_mail(snapshot, asked, one, sentence("mailed.told_waits"), now)
    return Decision(changes) + decision


def _followed(snapshot: MailedSnapshot, asked: Asked, message: TeamMessage, one: Mailed, now: datetime) -> Decision:
    """What follows the words: the command of the first line, once the answer has left, and a word where it did not."""
    answer, line = snapshot.answer, Decision((), (_not_done(snapshot, one),)) if one.line else NOTHING
    if answer is None:
        return _heard(decide_message(asked, message), one) if one.line else NOTHING
    match answer.state:
        case OutState.QUEUED | OutState.HELD | OutState.UNAPPROVED | OutState.RETRYING:
            if now - one.at > _WAITS:
                return line
            again = _SOON if now - one.at < _FRESH else min(now - one.at, _LATER)
            return Decision((SetTimer(one.line_timer, now + again),))
        case OutState.CANCELLED:
            return line
        case OutState.REFUSED | OutState.UNKNOWN:
            return line + _by_mail(snapshot, asked, one, sentence("mailed.told_server"), now)
        case _ if not one.line:
            return NOTHING
        case _ if snapshot.conversation is not None and snapshot.conversation.heard != answer.heard:
            # Somebody wrote while it waited: to close over that is nobody's wish.
            return line
        case _:
            return _heard(decide_message(asked, message), one)


def _undo_seconds(asked: Asked) -> int:
    (one,) = asked.about
    mailbox = asked.instance.mailbox(one.mailbox)
    return mailbox.undo_seconds if mailbox is not None else 0


def _not_done(snapshot: MailedSnapshot, one: Mailed) -> Effect:
    return _say(snapshot, one, sentence("mailed.line_waits", line=one.line.removeprefix("!")))


def _by_mail(snapshot: MailedSnapshot, asked: Asked, one: Mailed, told: Sentence, now: datetime) -> Decision:
    """What is said in the thread alone is not heard by who writes by mail."""
    about = snapshot.conversation
    mailbox = asked.instance.mailbox(about.mailbox) if about is not None else None
    address = next(iter(asked.instance.addresses_of(one.person)), "")
    if not one.may_be_told or snapshot.is_told or mailbox is None or not address:
        return NOTHING
    passages = (Passage(sentence("mailed.told_words"), one.text),) if one.text else ()
    return told_by_mail(asked.signer, asked.instance, mailbox, one, address, (told, *passages), now)


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
    assert snapshot.asked is not None
    return Say(snapshot.asked.room, (told,), EventKind.NOTICE, one.conversation, mention=(one.person,))


def _again(snapshot: MailedSnapshot, one: Mailed, input: TimerDue, now: datetime) -> Decision:
    """The words do not stand in the thread yet: perhaps it moved to another room while they were on their way."""
    about = snapshot.conversation
    if about is None or row_in(input.timer)[1]:
        return NOTHING
    if one.is_refused:
        return shown(one, about, sentence("mailed.refused_before"), vouched=False, now=now)
    return shown(one, about, head_of(one), vouched=True, now=now)
