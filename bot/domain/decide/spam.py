"""Spam lies in the server's Junk folder, so that the server learns; whatever ends being spam lies there no more."""

from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.decide import moves
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import MoveMail
from bot.domain.ids import UserId
from bot.domain.snapshots import Work


def set_status(work: Work, status: Status, *, actor: UserId | None, now: datetime) -> Decision:
    """The status, and where the mails lie then."""
    return moves.set_status(work.conversation, status, actor=actor, now=now) + moved(work, status)


def moved(work: Work, status: Status) -> Decision:
    """Where the conversation becomes spam, or ends being it: all its incoming mails go into Junk, or out of it."""
    to_junk = status is Status.SPAM
    if to_junk == (work.conversation.status is Status.SPAM):
        return NOTHING
    mails = [mail for mail in work.incoming if mail.folder and (mail.uid or not to_junk)]
    return Decision((), tuple(MoveMail(mail, to_junk) for mail in mails))


def mark(work: Work, *, actor: UserId, now: datetime) -> Decision:
    return set_status(work, Status.SPAM, actor=actor, now=now)


def unmark(work: Work, *, actor: UserId, now: datetime) -> Decision:
    """Not spam: back to where it was, here and on the server."""
    if work.conversation.status is not Status.SPAM:
        return NOTHING
    return set_status(work, status_before(work.conversation), actor=actor, now=now)


def status_before(conversation: Conversation) -> Status:
    before = conversation.status_before
    return Status.ACTIVE if before is Status.SPAM else before
