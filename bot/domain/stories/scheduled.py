"""The time of a mail has come: it leaves, unless something came that its writer may not know."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.conversation import KEPT_BACK, MailRecord, OutState
from bot.domain.decision import NOTHING, Decision, SaveConversation, SetTimer, UpdateMail
from bot.domain.due_snapshots import ScheduledSnapshot
from bot.domain.effects import ShowState
from bot.domain.happening import Happening, What
from bot.domain.inputs.inside import TimerDue
from bot.domain.rules.moves import with_answer
from bot.domain.rules.scheduling import kept_here, leaves_now, told_late
from bot.domain.rules.staying import why_it_stays
from bot.domain.sentences import sentence
from bot.domain.traces import LEFT
from bot.domain.work import Work

_AGAIN: Final = timedelta(hours=1)
"""After this time a mailbox that was removed is looked for again."""


def decide_scheduled(snapshot: ScheduledSnapshot, input: TimerDue, now: datetime) -> Decision:
    """A mail that was taken back, released or given another time since is left as it is."""
    record = snapshot.record
    if record is None or record.is_written or record.state not in KEPT_BACK:
        return NOTHING
    if snapshot.work is None:
        return Decision((SetTimer(input.timer, now + _AGAIN),))
    if snapshot.shown & LEFT:
        return _has_left(snapshot.work, record, now)
    if OutState.CANCELLED.value in snapshot.shown:
        return _was_taken_back(snapshot.work, record, now)
    if not record.is_scheduled or record.leaves_at is None:
        return NOTHING
    if now < record.leaves_at:
        # The clock was set back, or the mail was given a later time.
        return Decision((SetTimer(input.timer, record.leaves_at),))
    conversation = snapshot.work.conversation
    if not snapshot.may_send:
        return kept_here(conversation, record, sentence("scheduled.held_right"), now)
    why = why_it_stays(snapshot.work, record, snapshot.blocked)
    if why is not None:
        return kept_here(conversation, record, why, now)
    return leaves_now(snapshot.work, record, now) + told_late(record, conversation, now)


def _has_left(work: Work, record: MailRecord, now: datetime) -> Decision:
    """A run that the database forgot has sent it."""
    after = replace(record, state=OutState.SENT, leaves_at=None, has_left=True, recipients=())
    conversation = replace(with_answer(work.conversation, after, work.mailbox), changed_at=now)
    happened = Happening(What.ANSWERED, conversation, record.author, now)
    changes = (SaveConversation(conversation), UpdateMail(after))
    return Decision(changes, (ShowState(conversation, after),), (happened,))


def _was_taken_back(work: Work, record: MailRecord, now: datetime) -> Decision:
    """In a run that the database forgot."""
    after = replace(record, state=OutState.CANCELLED)
    conversation = replace(work.conversation, changed_at=now)
    return Decision((SaveConversation(conversation), UpdateMail(after)), (ShowState(conversation, after),))
