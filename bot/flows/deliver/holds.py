"""Channels that are left alone for a while: their server is away, or asked for time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.domain.outcomes import AnyOutcome, TryLater
from bot.domain.planned import CHAT

_LIMITED_FOR = 60.0
_OUTAGE_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_CREDENTIALS_PAUSE = 300.0
_LONGEST_LIMIT = 60.0


@dataclass(slots=True)
class _Hold:
    """A channel that is not to be used until then."""

    until: float
    failures: int = 0


@dataclass(slots=True)
class Holds:
    """Times are seconds of the monotonic clock."""

    steady: Callable[[], float]
    _holds: dict[str, _Hold] = field(default_factory=dict)
    _limited_until: float = 0.0

    @property
    def is_limited(self) -> bool:
        """The homeserver lets few events through: one at a time, so that the most urgent is the one that passes."""
        return self.steady() < self._limited_until

    def is_held(self, channel: str) -> bool:
        hold = self._holds.get(channel)
        return hold is not None and hold.until > self.steady()

    def waits(self) -> list[float]:
        """Seconds until each channel that is held now may be used again."""
        now = self.steady()
        return [hold.until - now for hold in self._holds.values() if hold.until > now]

    def forget(self, channels: Iterable[str]) -> None:
        for channel in channels:
            self._holds.pop(channel, None)

    def heed(self, channel: str, outcome: AnyOutcome) -> None:
        """Learn from the end of a call of the channel."""
        now = self.steady()
        if not isinstance(outcome, TryLater):
            hold = self._holds.get(channel)
            # A pause that the homeserver asked for stays, whatever was under way already when it did.
            if hold is not None and (hold.failures or hold.until <= now):
                del self._holds[channel]
        elif outcome.is_outage:
            hold = self._holds.setdefault(channel, _Hold(now))
            if hold.until <= now:
                hold.failures += 1
                pause = _OUTAGE_PAUSES[min(hold.failures, len(_OUTAGE_PAUSES)) - 1]
                hold.until = now + (_CREDENTIALS_PAUSE if outcome.reason == "credentials" else pause)
        elif outcome.after is not None and channel == CHAT and outcome.reason == "429":
            self._holds[channel] = _Hold(now + min(outcome.after, _LONGEST_LIMIT))
            self._limited_until = now + _LIMITED_FOR
