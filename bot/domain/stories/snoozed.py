"""The time of a snoozed conversation has come: it is to do again, and those whom it concerns are told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.choices import Medium
from bot.domain.conversation import EventKind, Status
from bot.domain.decision import NOTHING, Decision, SaveConversation, SetTimer
from bot.domain.due_snapshots import SnoozeSnapshot
from bot.domain.effects import Say
from bot.domain.happening import FOR_NOBODY, What
from bot.domain.inputs.inside import TimerDue
from bot.domain.rules.moves import changed, with_status
from bot.domain.rules.quiet_hours import awake
from bot.domain.rules.told import reminded
from bot.domain.sentences import sentence
from bot.domain.stories.apart import told_otherwise
from bot.domain.stories.hearers import of_act

_AGAIN: Final = timedelta(hours=1)
"""After this time a mailbox that was removed or archived is looked for again."""


def decide_snoozed(snapshot: SnoozeSnapshot, input: TimerDue, now: datetime) -> Decision:
    """A conversation that was woken, or snoozed anew, since the timer was set is left as it is.

    The assignee is told, with the followers; of nobody's conversation, who snoozed it, or, if they have left, whoever
    hears of what is nobody's: each as they chose.
    """
    one = snapshot.conversation
    if one is None or one.snoozed_until is None:
        return NOTHING
    if now < one.snoozed_until:
        # The clock was set back, or its words come from a database that was put back.
        return Decision((SetTimer(input.timer, one.snoozed_until),))
    if snapshot.mailbox is None or snapshot.mailbox.is_archived:
        # Where nothing can be done, nobody is called.
        return Decision((SetTimer(input.timer, now + _AGAIN),))
    if not one.is_snoozed:
        # Closed: what is taken back later does not bring back a time that is over.
        after = replace(one, snoozed_until=None, snoozed_by=None)
        if one.status_before is Status.PENDING:
            # It waited for nothing but this time: once it is brought back, it is to do.
            after = replace(after, status_before=Status.ACTIVE)
        return Decision((SaveConversation(after),))
    after = with_status(one, Status.ACTIVE)
    told = sentence("snooze.back", who=one.snoozed_by) if one.snoozed_by else sentence("history.woken")
    has_left = bool(snapshot.members) and reminded(one) not in snapshot.members
    before = replace(one, assignee=None, snoozed_by=None) if has_left else one
    told_by = of_act(snapshot, What.WOKEN, None, before=before, after=after)
    mention, held = awake(snapshot.instance, told_by(Medium.MENTION), one.id, now)
    # Where nobody is told it rings as a mail in nobody's conversation does.
    rings = has_left and not one.followers and not mention
    say = Say(one.room, (told,), EventKind.NOTICE, one.id, mention=mention, rings=rings)
    others = told_otherwise(snapshot, told_by, after, now, (told,))
    detail = FOR_NOBODY if has_left else ""
    return changed(one, after, What.WOKEN, actor=None, now=now, detail=detail) + Decision((), (say,)) + held + others
