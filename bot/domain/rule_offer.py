"""A rule of the house that is off waits for the word of who tried it, which switches it on."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import EventId, MailboxId
from bot.domain.question import HOLDS, KEPT, Stage


@dataclass(frozen=True, slots=True)
class RuleOffer:
    """The rule as it was told."""

    mailboxes: tuple[MailboxId, ...]
    number: int
    said: str
    """Another rule may have its number by the time of the answer."""
    event: EventId
    """The message of the command: deleting it takes the offer back."""
    at: datetime
    stage: Stage = Stage.OPEN

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def hears(self) -> bool:
        """Whether words of its person may answer it."""
        return self.is_open

    @property
    def expires_at(self) -> datetime:
        """The end of the time in which an answer counts; then, of the time in which the offer is kept."""
        return self.at + (HOLDS if self.is_open else KEPT)
