"""A dialogue: a talk of several turns with one person, as it is kept between two turns."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.bulk import Bulk
from bot.domain.ids import DialogueId, EventId, RoomId, UserId
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import NewPassword
from bot.domain.question import Question
from bot.domain.removal import Removal
from bot.domain.rule_offer import RuleOffer

State = Question | NewPassword | NewMailbox | Bulk | RuleOffer | Removal
"""The state of a dialogue: one class for each kind (`bot/domain/kinds.py` names them)."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One dialogue. `version` 0 is not stored yet; each save must name the version that it read."""

    id: DialogueId
    room: RoomId
    thread: EventId | None
    """The root of the thread that the dialogue is led in; None for the main timeline."""
    person: UserId
    state: State
    version: int = 0

    def is_in(self, room: RoomId, roots: Collection[EventId | None]) -> bool:
        """Whether the dialogue is led in this room, in one of these threads (None: the main timeline)."""
        return self.room == room and self.thread in roots

    @property
    def timer(self) -> str:
        """The timer at the end of the dialogue's time."""
        return f"dialogue:{self.id}"


def question_of(dialogue: Dialogue | None) -> Question | None:
    """The question before a mail leaves, if the dialogue is one; else None."""
    return dialogue.state if dialogue is not None and isinstance(dialogue.state, Question) else None


def yes_of(dialogue: Dialogue | None) -> Bulk | RuleOffer | Removal | None:
    """The command that ✅ or `!yes` by its person answers, if the dialogue is about one; else None."""
    return dialogue.state if dialogue is not None and isinstance(dialogue.state, Bulk | RuleOffer | Removal) else None


def about_of(state: State) -> EventId | None:
    """The message whose words a dialogue is about, for those that end with it."""
    return None if isinstance(state, NewPassword | NewMailbox) else state.event


def takes_secrets(state: State) -> bool:
    """Whether a dialogue in this state may be told a secret."""
    return isinstance(state, NewPassword | NewMailbox)


def dialogue_of(timer: str) -> DialogueId:
    """The dialogue of a timer `dialogue:ID`."""
    return DialogueId(int(timer.partition(":")[2]))
