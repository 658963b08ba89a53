"""A dialogue: a talk of several turns with one person, as it is kept between two of them."""

from dataclasses import dataclass

from bot.domain.ids import DialogueId, EventId, RoomId, UserId
from bot.domain.question import Question

State = Question
"""Where a dialogue is: one class for each kind (`bot/domain/kinds.py` names them)."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One talk. `version` 0 is not stored yet; each save must name the version it read."""

    id: DialogueId
    room: RoomId
    thread: EventId | None
    """The root of the thread that it is led in; None: in the main timeline."""
    person: UserId
    state: State
    version: int = 0

    @property
    def timer(self) -> str:
        """The timer that tells it of its expiry."""
        return f"dialogue:{self.id}"


def dialogue_of(timer: str) -> DialogueId:
    """The dialogue of a timer `dialogue:ID`."""
    return DialogueId(int(timer.partition(":")[2]))
