"""A dialogue: a talk of several turns with one person, as it is kept between two of them."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.ids import DialogueId, EventId, RoomId, UserId
from bot.domain.new_password import NewPassword
from bot.domain.question import Question

State = Question | NewPassword
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

    def is_in(self, room: RoomId, roots: Collection[EventId | None]) -> bool:
        """Whether it is led in this room, in one of these threads (None: its main timeline)."""
        return self.room == room and self.thread in roots

    @property
    def timer(self) -> str:
        """The timer that tells it of its expiry."""
        return f"dialogue:{self.id}"


def question_of(dialogue: Dialogue | None) -> Question | None:
    """The question before a mail leaves, where that is what the dialogue is about."""
    return dialogue.state if dialogue is not None and isinstance(dialogue.state, Question) else None


def takes_secrets(state: State) -> bool:
    """Whether what its person writes may be a secret."""
    return isinstance(state, NewPassword)


def dialogue_of(timer: str) -> DialogueId:
    """The dialogue of a timer `dialogue:ID`."""
    return DialogueId(int(timer.partition(":")[2]))
