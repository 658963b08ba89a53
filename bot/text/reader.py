"""For whom something is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ids import ConversationId, UserId


@dataclass(frozen=True, slots=True)
class Reader:
    """The people of one room: what they speak, what time it is for them, and whom and what a message may name."""

    language: str
    now: datetime
    """The moment of reading: a date near to it is written shorter."""
    timezone: str = "UTC"
    names: Mapping[UserId, str] = field(default_factory=dict)
    """Display names of members."""
    links: Mapping[ConversationId, str] = field(default_factory=dict)
    """Permalinks of the cards of conversations; a conversation without one is named without a link."""
    by_hand: bool = True
    """Whether 🔁 sends a failed mail again in that room."""
