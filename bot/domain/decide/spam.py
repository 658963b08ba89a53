"""Spam and not spam: here, and on the mailbox's server."""

from datetime import datetime

from bot.domain.conversation import Status
from bot.domain.decide import moves
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import MoveMail
from bot.domain.ids import UserId
from bot.domain.snapshots import Work


def mark_spam(work: Work, *, actor: UserId, now: datetime) -> Decision:
    """Spam: the correspondent's mails go to the server's Junk folder, so that the server learns."""
    decision = moves.set_status(work.conversation, Status.SPAM, actor=actor, now=now)
    if work.conversation.status is Status.SPAM or work.newest_in is None or not work.newest_in.uid:
        return decision
    return decision + Decision((), (MoveMail(work.newest_in, to_junk=True),))


def unmark_spam(work: Work, *, actor: UserId, now: datetime) -> Decision:
    """Not spam: back to where it was, here and on the server."""
    if work.conversation.status is not Status.SPAM:
        return NOTHING
    before = work.conversation.status_before
    back = Status.ACTIVE if before is Status.SPAM else before
    decision = moves.set_status(work.conversation, back, actor=actor, now=now)
    if work.newest_in is None or not work.newest_in.folder:
        return decision
    return decision + Decision((), (MoveMail(work.newest_in, to_junk=False),))
