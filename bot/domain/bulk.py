"""A command for all conversations of a list: it was counted, and waits for the word of who gave it."""

from dataclasses import dataclass

from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.question import Awaited

MOST = 50
"""Conversations of one such command: they change in one commit."""
LOOKED_AT = 500
"""Conversations of a list that are looked through for it."""


@dataclass(frozen=True, slots=True)
class Bulk(Awaited):
    """What was counted; nothing else is done later."""

    command: str
    people: tuple[UserId, ...]
    names: tuple[str, ...]
    event: EventId
    """The message of the command: deleting it takes everything back."""
    wanted: tuple[tuple[ConversationId, int], ...]
    """The conversations, each with the version that was counted."""
