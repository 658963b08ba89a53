"""A rule of the house that is off waits for the word of who tried it, which switches it on."""

from dataclasses import dataclass

from bot.domain.ids import EventId, MailboxId
from bot.domain.question import Awaited


@dataclass(frozen=True, slots=True)
class RuleOffer(Awaited):
    """The rule as it was told."""

    mailboxes: tuple[MailboxId, ...]
    number: int
    said: str
    """Another rule may have its number by the time of the answer."""
    event: EventId
    """The message of the command: deleting it takes the offer back."""
