"""What a dialogue hears, and what it makes of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calls import Call
from bot.domain.command import Asked
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import State
from bot.domain.ids import SecretId
from bot.domain.letter import Letter
from bot.domain.outcomes import AnyOutcome
from bot.domain.settings import Instance


@dataclass(frozen=True, slots=True)
class Said:
    """Its person said something: in words, or by hand."""

    asked: Asked
    letter: Letter | None = None
    """What these words, a command's, would say to the correspondent."""
    is_yes: bool = False
    """✅ on the dialogue's question."""


@dataclass(frozen=True, slots=True)
class Told:
    """Its person wrote a secret, which lies sealed; they may tell one."""

    asked: Asked
    secret: SecretId


@dataclass(frozen=True, slots=True)
class Ended:
    """A call of it has ended, for good."""

    call: Call
    outcome: AnyOutcome
    instance: Instance
    """As of now: what was asked for may be gone."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """The time of its state is over."""


Heard = Said | Told | Ended | Expired


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a dialogue: its next state, or None where it ends; and what becomes true."""

    next: State | None
    decision: Decision = NOTHING
