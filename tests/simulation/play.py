"""Plays one story to its end: starts the bot as often as it dies, lets all settle, and says what does not hold."""

import asyncio
import gc
import hashlib
import logging
import os
import random
import stat
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile

import structlog

from bot.accounts import Doors, pages
from bot.adapters.clock import SystemClock
from bot.app import Bot
from bot.config import Config
from bot.config.load import parse
from tests.fakes.chat import BOT, CONFIG, ROOM
from tests.fakes.finder import FakeFinder
from tests.fakes.reading import ReaderHere
from tests.simulation import sqlite_here
from tests.simulation.chat import SimulatedChat
from tests.simulation.epilogue import epilogue
from tests.simulation.loop import NothingWillHappen, VirtualLoop, graveyard
from tests.simulation.post import SimulatedFolders, SimulatedInbox, SimulatedSubmission
from tests.simulation.rules import Books, broken
from tests.simulation.stage import ADDRESS, Stage
from tests.simulation.story import Story
from tests.simulation.world import Killed, Life, World

_CONFIG = """
matrix: {{homeserver: "http://127.0.0.1:8008", user_id: "{bot}", password: x, config_room: "{config}"}}
admins: ["@alice:localhost"]
database: "sqlite:///{folder}/postroom.db"
data_dir: "{folder}"
secret_key: 0123456789abcdef0123456789abcdef
mailboxes:
  - address: {address}
    name: Mon Asso
    room: "{room}"
    start: all
    quote: none
    imap: {{host: 127.0.0.1, security: none, password: x}}
    smtp: {{host: 127.0.0.1, security: none}}
"""
_SETTLING = 1800.0
_LOOK = 20.0
_DRAINS = 6.0
_STOPS_WITHIN = 60.0
"""systemd waits for 90 s."""


@dataclass(slots=True)
class Ended:
    """How a run ended."""

    broken: tuple[str, ...]
    """What does not hold; empty where all is well."""
    crossed: int
    """Boundaries that were crossed in all."""
    lives: int
    seconds: float
    """Of the simulation's time."""
    digest: str
    """Of all that was seen from outside: the same in each run of a story."""


@dataclass(slots=True)
class _Run:
    story: Story
    folder: Path
    world: World = field(init=False)
    stage: Stage = field(init=False)
    config: Config = field(init=False)
    at: float = 0.0
    told: int = 0
    """Steps that were done."""
    complaints: list[str] = field(default_factory=list)
    is_over: bool = False

    def __post_init__(self) -> None:
        self.world = World(self.story.seed)
        self.stage = Stage(self.world, self.folder, self.story.is_encrypted)
        text = _CONFIG.format(bot=BOT, config=CONFIG, room=ROOM, folder=self.folder, address=ADDRESS)
        self.config = parse(text, self.folder / "config.yaml")

    def doors(self, life: Life) -> Doors:
        world, stage = self.world, self.stage

        async def chat(config: Config, memory: object) -> SimulatedChat:
            return SimulatedChat(stage.homeserver, world=world, life=life)

        return Doors(
            clock=lambda: SystemClock(world.wall, world.elapsed),
            chat=chat,
            folders=lambda section: SimulatedFolders(stage.provider, world=world, life=life),
            is_crowded=lambda section: lambda: False,
            inbox=lambda section, folder, limit, phase: SimulatedInbox(stage.provider, folder, world=world, life=life),
            submission=lambda section: SimulatedSubmission(stage.provider, world=world, life=life),
            trial=lambda section: (
                SimulatedFolders(stage.provider, world=world, life=life),
                SimulatedSubmission(stage.provider, world=world, life=life),
            ),
            finder=lambda config: FakeFinder(),
            pages=pages,
            reader=ReaderHere,
            hourly=_hourly,
        )

    def play(self) -> Ended:
        lives = 0
        while not self.is_over:
            lives += 1
            loop = VirtualLoop(self.at)
            asyncio.set_event_loop(loop)
            self.world.elapsed = loop.time
            _now[0] = loop.time
            life = self.world.life = Life()
            self.world.bells.clear()
            try:
                self.is_over = loop.run_until_complete(self._live(life))
            except Killed:
                pass
            except NothingWillHappen:
                self.complaints.append("the bot waits for ever")
                self.is_over = True
            finally:
                life.is_over = True
                self.at = loop.now
                loop.forget()
                sqlite_here.close_all()
            self.at += self.stage.pause
            self.stage.pause = 0.0
            if self.stage.restores:
                self.stage.put_back()
        self.world.elapsed = lambda: self.at
        books = Books.read(self.stage.database)
        wrong = (*self.complaints, *_bugs, *broken(self.stage, books), *self.stage.unmet)
        seen = (self.world.crossed, self.stage.homeserver.posted, self.stage.provider.sent)
        return Ended(wrong, self.world.crossed, lives, self.at, hashlib.sha256(repr(seen).encode()).hexdigest()[:16])

    async def _live(self, life: Life) -> bool:
        """One life; whether the story is over with it."""
        house = Bot(self.config, self.doors(life))
        bot = asyncio.ensure_future(house.serve())
        while self.told < len(self.story.steps):
            step = self.story.steps[self.told]
            await asyncio.wait({bot}, timeout=max(step.at - self.world.elapsed(), 0.001))
            if self._has_ended(bot):
                return True
            self.told += 1
            self.stage.do(step.what)
            if self.stage.is_told_to_stop:
                await self._stop(house, bot)
                return False
        await self._settle(bot)
        if not bot.done():
            await epilogue(self.stage, bot)
        return True

    async def _stop(self, house: Bot, bot: "asyncio.Future[None]") -> None:
        """As SIGTERM does. Where it takes too long, the system kills it."""
        self.stage.is_told_to_stop = False
        await asyncio.wait({asyncio.ensure_future(house.drain(_DRAINS))})
        bot.cancel()
        await asyncio.wait({bot}, timeout=_STOPS_WITHIN)
        if not bot.done():
            self.complaints.append("the bot was told to stop and did not")
        elif not bot.cancelled():
            self.complaints.append(f"the bot was told to stop and ended with {bot.exception()!r}")

    async def _settle(self, bot: "asyncio.Future[None]") -> None:
        """Let what was begun go wrong for a minute still; then nothing does, and all has time to come to rest."""
        await asyncio.wait({bot}, timeout=20.0)
        self.world.calm_down()
        quiet, until = 0, self.world.elapsed() + _SETTLING
        while quiet < 2 and self.world.elapsed() < until:
            before = (len(self.stage.homeserver.posted), len(self.stage.provider.sent))
            await asyncio.wait({bot}, timeout=_LOOK)
            if self._has_ended(bot):
                return
            after = (len(self.stage.homeserver.posted), len(self.stage.provider.sent))
            is_quiet = before == after and not Books.read(self.stage.database).waits_before(self.world.wall(), 300.0)
            quiet = quiet + 1 if is_quiet else 0

    def _has_ended(self, bot: "asyncio.Future[None]") -> bool:
        if not bot.done():
            return False
        why = "cancelled" if bot.cancelled() else repr(bot.exception())
        self.complaints.append(f"the bot ended by itself: {why}")
        return True


_now = [time.monotonic]
_bugs: list[str] = []


@asynccontextmanager
async def _hourly(job: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    async def run() -> None:
        await asyncio.sleep(120.0)
        while True:
            await job()
            await asyncio.sleep(3600.0)

    # In a group, so that a death in it is the death of all.
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(run())
        yield
        running.cancel()


def _monotonic() -> float:
    return _now[0]()


def _heard(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    fault = event.get("exc_info")
    _bugs.append(f"an error in the log: {event.get('event')} {event.get('input', event.get('kind', ''))} {fault!r}")
    raise structlog.DropEvent


def _fsync(descriptor: int) -> None:
    """A name in a folder lasts at once; nobody cuts the power of this machine."""
    if sqlite_here.disk is not None and stat.S_ISREG(os.fstat(descriptor).st_mode):
        sqlite_here.disk.keeps()


def install() -> None:
    """For the rest of this process: threads, time, chance and the log are the simulation's."""
    sqlite_here.install()
    time.monotonic = _monotonic
    os.fsync = _fsync  # type: ignore[assignment]
    structlog.configure(
        processors=[structlog.processors.ExceptionRenderer(), _heard],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # What a dead process was in the middle of is thrown away with it, and complains.
    sys.unraisablehook = lambda unraisable: None


def play(story: Story, folder: Path, template: Path) -> Ended:
    """One run, in an empty folder; `template` is a migrated database."""
    folder.mkdir(parents=True)
    copyfile(template, folder / "postroom.db")
    random.seed(story.seed)
    chance = random.Random(story.seed)
    os.urandom = chance.randbytes
    _bugs.clear()
    run = _Run(story, folder)
    sqlite_here.disk = run.world
    gc.disable()
    try:
        return run.play()
    finally:
        sqlite_here.disk = None
        graveyard.clear()
        # Here, not in the middle of the next run.
        gc.collect()
        # What outlives a run is modules and caches: looking through them again takes longer than the run's own waste.
        gc.freeze()
