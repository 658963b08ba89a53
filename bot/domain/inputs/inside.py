"""Inputs of the bot itself: a call ended, a time has come, a server or a clock has changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.ids import ConversationId, EffectId, EventId, MailboxId, RoomId
from bot.domain.outcomes import AnyOutcome
from bot.domain.sign_in import Provider
from bot.domain.traces import Heard, OwnEvent


@dataclass(frozen=True, slots=True)
class Receipt:
    """The end of a call."""

    effect: EffectId
    attempt: int
    outcome: AnyOutcome
    at: datetime

    @property
    def key(self) -> str:
        return f"receipt:{self.effect}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A time that was set has come."""

    timer: str
    due: datetime

    @property
    def key(self) -> str:
        return f"timer:{self.timer}:{self.due.timestamp()}"


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """A server went away, or came back: told once in the config room."""

    service: str
    """`matrix`, `imap`, `smtp`, `room`."""
    mailbox: MailboxId | None
    is_up: bool
    reason: str
    """A short technical name."""
    at: datetime
    room: RoomId | None = None
    """The room, if the service is `room`."""
    since: datetime | None = None
    """When it went away; None: by `at`."""

    @property
    def of(self) -> str:
        """The mailbox or the room; empty: it is of all."""
        return self.mailbox or self.room or ""

    @property
    def key(self) -> str:
        return f"service:{self.service}:{self.mailbox or self.room}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class StatusDue:
    """The pinned message of a mailbox says something else than what is so."""

    mailbox: MailboxId
    at: datetime

    @property
    def key(self) -> str:
        return f"status:{self.mailbox}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class Away:
    """A mailbox whose servers do not answer, or not yet."""

    mailbox: MailboxId
    reason: str
    """A short technical name."""


@dataclass(frozen=True, slots=True)
class BotStarted:
    """The process that serves the room has begun, and each server that it serves was tried."""

    version: str
    at: datetime
    away: tuple[Away, ...] = ()
    """As this process knows them; of others it knows what people were told."""

    @property
    def key(self) -> str:
        return f"started:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class ClientSecretEnds:
    """The secret by which people sign in at a provider ends soon: told some times before."""

    provider: Provider
    ends: date
    days: int
    """Told at least so many days before: 14, 7 or 1."""
    at: datetime

    @property
    def key(self) -> str:
        return f"client_secret:{self.provider}:{self.ends}:{self.days}"


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The system's time was set by more than a minute: what is due shifts with it."""

    at: datetime
    """The time by the earlier clock."""
    by: timedelta
    """The jump; negative if the clock went back."""
    is_adopted: bool = False
    """Whether due times were shifted and our clock follows, so that people are told; else they are still to shift."""

    @property
    def key(self) -> str:
        return f"clock:{self.at.timestamp()}:{self.is_adopted}"


@dataclass(frozen=True, slots=True)
class EventsLost:
    """The homeserver was put back, and no longer has events that we posted in a room."""

    room: RoomId
    lost: tuple[EventId, ...]
    conversations: tuple[ConversationId, ...]
    """The conversations of these events, as far as they are posted anew."""
    at: datetime
    calls: tuple[EffectId, ...] = ()
    """Calls whose events are gone, edits and reactions too."""
    again: tuple[EffectId, ...] = ()
    """Calls to be made once more."""

    @property
    def key(self) -> str:
        return f"lost_events:{self.room}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class DatabasePutBack:
    """A start noticed that a newer run than the database knows was there before."""

    own: tuple[OwnEvent, ...]
    """Events of that run in the rooms, oldest first."""
    beat: int
    """The run's progress, by its mark outside of the database; 0 without a mark."""
    noted_at: datetime
    """The time until which the database knows."""
    at: datetime
    heard: tuple[Heard, ...] = ()
    """Acts of others in the rooms since the position that the database knows."""

    @property
    def key(self) -> str:
        return f"put_back:{self.beat}:{self.own[-1].event if self.own else ''}:{self.noted_at.timestamp()}"
