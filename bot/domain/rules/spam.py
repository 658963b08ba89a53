"""Spam lies in the server's Junk folder, so that the server learns; whatever ends being spam lies there no more."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calls import MoveOnServer
from bot.domain.conversation import THROWN_AWAY, Conversation, MailRecord, Status
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Do
from bot.domain.ids import UserId
from bot.domain.rules import moves
from bot.domain.settings import Instance, MailboxSettings


def set_status(
    conversation: Conversation,
    incoming: Sequence[MailRecord],
    instance: Instance,
    status: Status,
    *,
    actor: UserId | None,
    now: datetime,
) -> Decision:
    """The status, and where the mails lie then; `incoming` may be left out where none `moves_mail`."""
    return moves.set_status(conversation, status, actor=actor, now=now) + moved(
        conversation, incoming, instance, status
    )


def moves_mail(conversation: Conversation, status: Status) -> bool:
    """Whether this status moves the conversation's mails into Junk, or out of it; what is deleted lies where it lay."""
    if status is Status.DELETED:
        return False
    lies_in_junk = Status.SPAM in (conversation.status, _before_deletion(conversation))
    return (status is Status.SPAM) != lies_in_junk


def _before_deletion(conversation: Conversation) -> Status | None:
    return conversation.status_before if conversation.status is Status.DELETED else None


def moved(conversation: Conversation, incoming: Sequence[MailRecord], instance: Instance, status: Status) -> Decision:
    """Move all incoming mails into Junk when the conversation becomes spam, and out of it when that ends.

    Each is moved on the server where it lies, whichever mailbox the conversation went to.
    """
    if not moves_mail(conversation, status):
        return NOTHING
    to_junk = status is Status.SPAM
    mails = [mail for mail in incoming if mail.folder and (mail.uid or not to_junk)]
    calls = [
        (mail, _to_junk(mail) if to_junk else _from_junk(mail, instance.also_removed(mail.mailbox))) for mail in mails
    ]
    return Decision((), tuple(Do(call, mail.conversation, mail.row) for mail, call in calls))


def _to_junk(mail: MailRecord) -> MoveOnServer:
    return MoveOnServer(mail.mailbox, mail.row, mail.folder, "", mail.message_id, mail.uidvalidity, mail.uid)


def _from_junk(mail: MailRecord, mailbox: MailboxSettings | None) -> MoveOnServer:
    """To the first of the folders that are read. The UID of another folder than Junk could be another mail's there: it
    is found by its Message-ID then."""
    inbox = mailbox.folders[0] if mailbox and mailbox.folders else "INBOX"
    lies_in_junk = mailbox is not None and mail.folder not in mailbox.folders
    uidvalidity, uid = (mail.uidvalidity, mail.uid) if lies_in_junk else (0, 0)
    return MoveOnServer(mail.mailbox, mail.row, "", inbox, mail.message_id, uidvalidity, uid)


def unmark(
    conversation: Conversation,
    incoming: Sequence[MailRecord],
    instance: Instance,
    *,
    actor: UserId,
    now: datetime,
) -> Decision:
    """End spam: the conversation goes back to where it was, here and on the server."""
    if conversation.status is not Status.SPAM:
        return NOTHING
    return set_status(conversation, incoming, instance, status_before(conversation), actor=actor, now=now)


def status_before(conversation: Conversation) -> Status:
    """The status to go back to when spam ends."""
    before = conversation.status_before
    return Status.ACTIVE if before in THROWN_AWAY else before
