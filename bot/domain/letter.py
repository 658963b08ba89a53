"""What somebody wants to say to a correspondent."""

from dataclasses import dataclass

from bot.domain.files import SharedFile
from bot.domain.ids import EventId
from bot.domain.participants import Choice
from bot.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to the correspondent."""

    source: EventId
    """The message whose words they are."""
    text: str
    file: SharedFile | None = None
    """What was posted with that message; it goes along beside what the person attached before."""
    choice: Choice | None = None
    """The word that says who gets it."""
    is_apart: bool = False
    """The command stands outside of the thread."""
    under: EventId | None = None
    """The root of the other thread that it stands in, where it is in one."""
    must_ask: Sentence | None = None
    """What is asked in any case."""
