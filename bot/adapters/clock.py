"""The real clock, which does not follow a jump of the system's time until it is told to."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_JUMP = timedelta(minutes=1)
"""A change by more than this is a jump; a smaller one is followed, for the system sets its time right."""


def _boot_time() -> float:
    """Seconds since the machine started, its sleep included: a clock that nobody can set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _system_time() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The operating system's time (port `Clock`).

    After a jump it goes on as before it, so that what is due by then stays due after the same while, until the due
    times are set right (`bot/flows/keep/clock_watch.py`) and `adopt` is called.
    """

    def __init__(self, wall: Callable[[], datetime] = _system_time, steady: Callable[[], float] = _boot_time) -> None:
        self._wall = wall
        self._steady = steady
        self._offset = self._measured()

    def now(self) -> datetime:
        """Aware, UTC."""
        self._follow()
        return self._offset + timedelta(seconds=self._steady())

    def steady(self) -> float:
        """Seconds since the machine started."""
        return self._steady()

    def jump(self) -> timedelta | None:
        """The system's time minus ours, after a jump."""
        self._follow()
        ahead = self._measured() - self._offset
        return ahead if abs(ahead) > _JUMP else None

    def adopt(self, jump: timedelta) -> None:
        """Follow the system's time again, once all due times were shifted by `jump`."""
        self._offset += jump

    def _follow(self) -> None:
        measured = self._measured()
        if abs(measured - self._offset) <= _JUMP:
            self._offset = measured

    def _measured(self) -> datetime:
        return self._wall() - timedelta(seconds=self._steady())
