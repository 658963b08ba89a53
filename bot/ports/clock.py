"""The time of the process."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The time of the process."""

    def now(self) -> datetime:
        """Aware, UTC. After a jump of the system's time it goes on as before, until `adopt`."""
        ...

    def steady(self) -> float:
        """Seconds that only ever go on, for pauses within a run; nobody can set them."""
        ...

    def jump(self) -> timedelta | None:
        """By how much the system's time is ahead of this clock, where it jumped; negative where it went back."""
        ...

    def adopt(self, jump: timedelta) -> None:
        """Go on by the system's time: what is due was shifted by `jump`."""
        ...
