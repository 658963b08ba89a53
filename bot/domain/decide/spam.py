"""Spam lies in the server's Junk folder, so that the server learns; whatever ends being spam lies there no more."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import Conversation, MailRecord, Status
from bot.domain.decide import moves
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import MoveMail
from bot.domain.ids import UserId


def set_status(
    conversation: Conversation, incoming: Sequence[MailRecord], status: Status, *, actor: UserId | None, now: datetime
) -> Decision:
    """The status, and where the mails lie then; `incoming` may be left out where neither status is spam."""
    return moves.set_status(conversation, status, actor=actor, now=now) + moved(conversation, incoming, status)


def moved(conversation: Conversation, incoming: Sequence[MailRecord], status: Status) -> Decision:
    """Where the conversation becomes spam, or ends being it: all its incoming mails go into Junk, or out of it."""
    to_junk = status is Status.SPAM
    if to_junk == (conversation.status is Status.SPAM):
        return NOTHING
    mails = [mail for mail in incoming if mail.folder and (mail.uid or not to_junk)]
    return Decision((), tuple(MoveMail(mail, to_junk) for mail in mails))


def mark(conversation: Conversation, incoming: Sequence[MailRecord], *, actor: UserId, now: datetime) -> Decision:
    return set_status(conversation, incoming, Status.SPAM, actor=actor, now=now)


def unmark(conversation: Conversation, incoming: Sequence[MailRecord], *, actor: UserId, now: datetime) -> Decision:
    """Not spam: back to where it was, here and on the server."""
    if conversation.status is not Status.SPAM:
        return NOTHING
    return set_status(conversation, incoming, status_before(conversation), actor=actor, now=now)


def status_before(conversation: Conversation) -> Status:
    before = conversation.status_before
    return Status.ACTIVE if before is Status.SPAM else before
