"""A clock that stands still until it is told to go on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class FakeClock:
    at: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    up: float = 0.0
    jumped: timedelta | None = None
    """A jump of the system's time that was not adopted yet."""

    def now(self) -> datetime:
        # Each look moves it a little, so that no two moments are the same.
        self.at += timedelta(milliseconds=1)
        return self.at

    def steady(self) -> float:
        self.up += 0.001
        return self.up

    def jump(self) -> timedelta | None:
        return self.jumped

    def adopt(self, jump: timedelta) -> None:
        self.at += jump
        self.jumped = None

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.up += max(seconds, 0.0)
