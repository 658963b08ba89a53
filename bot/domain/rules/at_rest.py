"""Conversations in which nothing is done: one that goes on as another or elsewhere, one that was deleted, and those of
a mailbox that was archived or removed."""

from collections.abc import Iterable

from bot.domain.command import Command
from bot.domain.conversation import Conversation, Status
from bot.domain.ground import Elsewhere
from bot.domain.ids import MailboxId
from bot.domain.rules.deletion import told_deleted
from bot.domain.rules.merging import goes_on
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings


def at_rest(one: Conversation) -> Sentence | None:
    """What is said to somebody who works there; None where work may be done."""
    if one.goes_on_as is not None:
        return goes_on(one)
    return told_deleted(one) if one.status is Status.DELETED else None


def went(elsewhere: Elsewhere) -> Sentence:
    """What is said to somebody who writes in the thread of a conversation that went to another room."""
    return sentence("error.went", number=elsewhere.number)


def archived(mailbox: MailboxSettings) -> Sentence | None:
    """What is said to somebody who writes or changes something of a mailbox that was archived."""
    return sentence("error.archived", address=mailbox.address) if mailbox.is_archived else None


def closed(instance: Instance, mailbox: MailboxId) -> Sentence | None:
    """What is said to somebody who writes or changes something of a mailbox that is only read any more."""
    known = instance.mailbox(mailbox)
    if known is not None:
        return archived(known)
    gone = instance.also_removed(mailbox)
    return None if gone is None else sentence("error.removed", address=gone.address)


def kept_from(row: Command, about: Iterable[Conversation], instance: Instance) -> Sentence | None:
    """The first reason why a command does nothing with these. One that looks back works in those that rest, but sends
    nothing in a deleted one."""
    return next((why for one in about if (why := _kept_from(row, one, instance)) is not None), None)


def _kept_from(row: Command, one: Conversation, instance: Instance) -> Sentence | None:
    why = None if row.only_reads else closed(instance, one.mailbox)
    if why is not None:
        return why
    is_allowed = row.looks_back and not (row.is_sensitive and one.status is Status.DELETED)
    return None if is_allowed else at_rest(one)
