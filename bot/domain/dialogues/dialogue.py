"""What a dialogue hears, and what it makes of it."""

from dataclasses import dataclass

from bot.domain.command import Asked
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import State
from bot.domain.letter import Letter


@dataclass(frozen=True, slots=True)
class Said:
    """Its person said something: in words, or by hand."""

    asked: Asked
    letter: Letter | None = None
    """What these words, a command's, would say to the correspondent."""
    is_yes: bool = False
    """✅ on the dialogue's question."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The time of its state is over."""


Heard = Said | Expired


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a dialogue: its next state, or None where it ends; and what becomes true."""

    next: State | None
    decision: Decision = NOTHING
