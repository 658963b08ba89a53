"""The things that a dialogue hears, and its turn after each."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calls import Call
from bot.domain.command import Asked
from bot.domain.credentials import Credential
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import State
from bot.domain.letter import Letter
from bot.domain.outcomes import AnyOutcome
from bot.domain.settings import Instance


@dataclass(frozen=True, slots=True)
class Said:
    """The dialogue's person said something, in words or by a reaction."""

    asked: Asked
    letter: Letter | None = None
    """The letter to the correspondent that the command would make."""
    is_yes: bool = False
    """✅ on the dialogue's question."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """The dialogue's person wrote plain words where it is led: no command, and no secret."""

    asked: Asked
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """The dialogue's person, who may tell a secret, wrote one; it is sealed."""

    asked: Asked
    secret: Credential


@dataclass(frozen=True, slots=True)
class Ended:
    """A call of the dialogue has ended for good."""

    call: Call
    outcome: AnyOutcome
    instance: Instance
    """The instance as of now: the mailbox that the dialogue is about may be gone."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """The time of the dialogue's state is over."""


Heard = Said | Wrote | Told | Ended | Expired


@dataclass(frozen=True, slots=True)
class Turn:
    """A step of a dialogue: its next state, or None where it ends, and the decision that comes with it."""

    next: State | None
    decision: Decision = NOTHING
