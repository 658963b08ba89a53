"""A step of what goes by itself: some conversations to a commit, then a timer for the next."""

from datetime import datetime

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Change, Decision, NeverTake, SetTimer
from bot.domain.due_snapshots import RetentionSnapshot
from bot.domain.effects import Say
from bot.domain.retention import (
    BETWEEN,
    PAUSE,
    Drop,
    Fade,
    Old,
    Place,
    Step,
    forgets,
    limits,
    may_go,
    told_key,
    without,
)
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings


def decide_retention(snapshot: RetentionSnapshot, now: datetime) -> Decision:
    """The word in the config room a day before the first step of these times; then step after step, once a day."""
    mailbox = snapshot.mailbox
    if mailbox is None or not forgets(mailbox) or snapshot.is_put_off:
        return NOTHING
    again = SetTimer(Place(mailbox.id).timer, now + BETWEEN)
    if not snapshot.was_told:
        if not snapshot.waiting:
            return Decision((again,))
        told = sentence(
            "retention.begins",
            address=mailbox.address,
            count=snapshot.waiting,
            originals=mailbox.keep_originals_months,
            words=mailbox.keep_words_months,
            closed=mailbox.keep_closed_months,
            spam=mailbox.keep_spam_days,
        )
        say = Say(snapshot.instance.told_in(mailbox), (told,), EventKind.NOTICE, in_thread=False)
        return Decision((NeverTake(told_key(mailbox)), again), (say,))
    ends = limits(mailbox, now)
    changes = [_change(old, step, mailbox) for old in snapshot.found if (step := may_go(old, ends)) is not None]
    onwards = again if snapshot.following is None else SetTimer(snapshot.following.timer, now + PAUSE)
    return Decision((*changes, onwards))


def _change(old: Old, step: Step, mailbox: MailboxSettings) -> Change:
    if step is Step.ROW:
        return Drop(old.conversation, mailbox.folders)
    mails = tuple(after for one in old.mails if (after := without(one, step)) != one)
    return Fade(old.conversation, mails, words=step is Step.WORDS)
