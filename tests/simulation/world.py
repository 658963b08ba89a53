"""What outlives the bot: the time, the servers, the disk, and what befalls them."""

import asyncio
import errno
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.fakes.boundaries import Boundaries
from tests.simulation.sqlite_here import fault

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Killed(KeyboardInterrupt):
    """The process is gone. A KeyboardInterrupt, because asyncio lets nothing else out of its loop at once."""


@dataclass(slots=True)
class Life:
    """One process of the bot, from its start to its end."""

    is_over: bool = False


@dataclass(slots=True)
class Crossing(Boundaries):
    """The fakes' boundaries are the world's."""

    world: "World | None" = None

    def cross(self, name: str) -> None:
        assert self.world is not None
        self.world.cross(name)


@dataclass(slots=True)
class World:
    """`elapsed` is the true time in seconds; the system's clock may show another one."""

    seed: int
    elapsed: Callable[[], float] = lambda: 0.0
    dice: random.Random = field(init=False)
    life: Life = field(default_factory=Life)
    boundaries: Crossing = field(init=False)
    jumped: timedelta = timedelta()
    was_set_back: bool = False
    kill_in: int = 0
    """The process dies when it has crossed so many boundaries; 0: never."""
    down: dict[str, float] = field(default_factory=dict)
    """Until when a server is away: `matrix`, `imap`, `smtp`."""
    mishaps: dict[str, list[str]] = field(default_factory=dict)
    """What happens to the next calls of each server."""
    lost_commits: list[str] = field(default_factory=list)
    """What happens to the next commits: `done` or `undone`, and the answer is lost."""
    full_until: float = -1.0
    """So long the disk takes nothing."""
    is_calm: bool = False
    crossed: int = 0
    bells: dict[str, list[asyncio.Future[None]]] = field(default_factory=dict)
    """Who waits for news of a server."""
    _looks: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.boundaries = Crossing(world=self)

    # --- time

    def at(self) -> datetime:
        """The true time."""
        return BEGINNING + timedelta(seconds=self.elapsed())

    def wall(self) -> datetime:
        """What the bot's system shows; no two looks are the same."""
        self._looks += 1
        return self.at() + self.jumped + timedelta(microseconds=self._looks)

    def jump(self, seconds: float) -> None:
        """Somebody sets the system's clock."""
        self.jumped += timedelta(seconds=seconds)
        self.was_set_back |= seconds < 0

    # --- life and death

    def cross(self, name: str) -> None:
        """Something is about to be done, or was done, outside of the process. Raises: Killed."""
        if self.life.is_over:
            raise Killed
        self.crossed += 1
        if self.kill_in:
            self.kill_in -= 1
            if not self.kill_in:
                self.life.is_over = True
                raise Killed(name)

    # --- servers

    async def knock(self, life: Life, server: str) -> str:
        """The way to a server, which takes time: what befalls the call, or nothing.

        `away`, or a mishap of its server.
        """
        if life.is_over:
            raise Killed
        await asyncio.sleep(self.dice.choice((0.002, 0.01, 0.05, 0.3)))
        self.cross(server)
        if self.down.get(server, -1.0) > self.elapsed():
            return "away"
        waiting = self.mishaps.get(server)
        return waiting.pop(0) if waiting else ""

    async def back(self, life: Life) -> None:
        """The way back of an answer."""
        if life.is_over:
            raise Killed
        await asyncio.sleep(self.dice.choice((0.002, 0.01, 0.05)))

    def ring(self, server: str) -> None:
        """There is news."""
        for waiting in self.bells.pop(server, []):
            if not waiting.done():
                waiting.set_result(None)

    async def news(self, server: str, seconds: float) -> None:
        """Wait for it."""
        bell: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.bells.setdefault(server, []).append(bell)
        await asyncio.wait({bell}, timeout=seconds)

    def calm_down(self) -> None:
        """From now on nothing goes wrong any more."""
        self.is_calm = True
        self.kill_in, self.full_until = 0, -1.0
        self.down.clear()
        self.mishaps.clear()
        self.lost_commits.clear()

    # --- the disk

    def begins(self) -> None:
        self.cross("begin")

    def writes(self) -> None:
        if self.full_until > self.elapsed():
            raise fault("database or disk is full", sqlite3.SQLITE_FULL)

    def keeps(self) -> None:
        self.cross("file before")
        if self.full_until > self.elapsed():
            raise OSError(errno.ENOSPC, "No space left on device")

    def commits(self, commit: Callable[[], object]) -> None:
        self.cross("commit before")
        if self.full_until > self.elapsed():
            raise fault("database or disk is full", sqlite3.SQLITE_FULL)
        mishap = self.lost_commits.pop(0) if self.lost_commits else ""
        if mishap != "undone":
            commit()
        if mishap:
            raise fault("disk I/O error", sqlite3.SQLITE_IOERR)
        self.cross("commit after")
