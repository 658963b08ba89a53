"""A mailbox that is to be removed waits for the word of the admin who asked for it."""

from dataclasses import dataclass

from bot.domain.ids import EventId, MailboxId
from bot.domain.question import Awaited


@dataclass(frozen=True, slots=True)
class Removal(Awaited):
    """Nothing is done before the word."""

    mailbox: MailboxId
    event: EventId
    """The message of the command: deleting it takes the question back."""
