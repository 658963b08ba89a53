"""Where in a room a receipt counts."""

from dataclasses import dataclass

from bot.domain.ids import ConversationId


@dataclass(frozen=True, slots=True)
class InThread:
    """In the thread of a conversation."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class AtLines:
    """At the lines of the main timeline that tell of a conversation."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class InTimeline:
    """In the main timeline."""


@dataclass(frozen=True, slots=True)
class Everywhere:
    """In all of the room, in whichever thread."""


ReadPlace = InThread | AtLines | InTimeline | Everywhere
