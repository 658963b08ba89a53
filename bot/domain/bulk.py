"""A command for all conversations of a list: it was counted, and waits for the word of who gave it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.question import HOLDS, KEPT, Stage

MOST = 50
"""Conversations of one such command: they change in one commit."""
LOOKED_AT = 500
"""Conversations of a list that are looked through for it."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was counted; nothing else is done later."""

    command: str
    people: tuple[UserId, ...]
    names: tuple[str, ...]
    event: EventId
    """The message of the command: deleting it takes everything back."""
    wanted: tuple[tuple[ConversationId, int], ...]
    """The conversations, each with the version that was counted."""
    at: datetime
    stage: Stage = Stage.OPEN

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def hears(self) -> bool:
        """Whether words of its person may answer the question."""
        return self.is_open

    @property
    def expires_at(self) -> datetime:
        """The end of the time in which an answer counts; then, of the time in which the question is kept."""
        return self.at + (HOLDS if self.is_open else KEPT)
