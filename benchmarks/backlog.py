"""A backlog of mails becomes threads: mails a second beside the floor, CPU a mail, peak memory, answers torn off."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from benchmarks import bot_database
from benchmarks.floor import Floor
from benchmarks.letters import TO, parents_of
from benchmarks.watch import watched
from bot.demo.bot_process import BotProcess
from bot.demo.servers.process import ServerFailed
from bot.demo.servers.proxy import TcpProxy
from bot.demo.stage import Stage, staged

_TURN = 2.0
"""Seconds that bot and floor have by turns: whatever else the machine does then weighs on both."""
_PATIENCE = 1800.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What was measured, from the first mail in the room to the last; seconds and bytes."""

    mails: int
    seconds: float
    """That the bot ran; it stood still while the floor was measured."""
    events: int
    """How many it sent in that time."""
    floor_per_second: float
    """Events a second as bare HTTP PUTs, the same number at a time."""
    cpu_seconds: float
    peak_memory: int
    torn_off: int
    """Answers that are in another conversation than what they answer."""
    answers: int

    @property
    def per_second(self) -> float:
        return self.mails / self.seconds

    @property
    def ratio(self) -> float:
        """The bot's events a second by those of the floor."""
        return self.events / self.seconds / self.floor_per_second

    @property
    def cpu_ms(self) -> float:
        """CPU a mail, in milliseconds."""
        return self.cpu_seconds / self.mails * 1000


async def backlog(mails: list[bytes], *, imap_latency: float = 0.0, is_encrypted: bool = False) -> Backlog:
    """Measure bot and floor in one run, by turns, on the same servers.

    Args:
        imap_latency: seconds that each direction to the IMAP server takes; a round trip takes twice that.
        is_encrypted: whether the room is.
    """
    async with staged() as stage:
        if is_encrypted:
            await stage.alice.put_state(stage.room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
        if not imap_latency:
            return await backlog_on(stage, mails)
        async with TcpProxy.started(stage.imap.host, stage.imap.port, latency=imap_latency) as proxy:
            change_imap_port(stage, proxy.port)
            return await backlog_on(stage, mails)


async def backlog_on(stage: Stage, mails: list[bytes]) -> Backlog:
    """The same, on servers that stand; the bot is started and ended."""
    count, before = len(mails), bot_database.newest_uid(stage)
    await stage.imap.deliver_many(TO, mails)
    bot = BotProcess(stage.config, bind=stage.bind, log=stage.folder / "bot.log")
    await bot.start()
    try:
        async with watched(bot.pid) as watch, Floor.opened(stage) as floor:
            # Start-up is not what is measured here.
            await bot_database.until_shown(stage, bot, 1, after=before)
            watch.begin()
            first, sent = bot_database.shown(stage, after=before), bot_database.sent_events(stage)
            seconds, give_up = 0.0, time.monotonic() + _PATIENCE
            done = False
            while not done:
                if time.monotonic() > give_up:
                    raise ServerFailed(f"the backlog is not done\n{bot.log_tail()}")
                started = time.monotonic()
                done = await bot_database.until_shown(stage, bot, count, after=before, patience=_TURN)
                with _standing_still(bot):
                    seconds += time.monotonic() - started
                    await floor.put_for(_TURN, bot_database.sent_contents(stage))
            cpu, peak, sent = watch.cpu_seconds, watch.peak, bot_database.sent_events(stage) - sent
        parents, threads = parents_of(mails), bot_database.conversation_of_mails(stage)
    finally:
        await bot.stop()
    return Backlog(
        mails=count - first,
        seconds=seconds,
        events=sent,
        floor_per_second=floor.per_second,
        cpu_seconds=cpu,
        peak_memory=peak,
        torn_off=sum(threads[answer] != threads[parent] for answer, parent in parents.items()),
        answers=len(parents),
    )


@contextlib.contextmanager
def _standing_still(bot: BotProcess) -> Iterator[None]:
    assert bot.pid is not None, "the bot ended"
    os.kill(bot.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(bot.pid, signal.SIGCONT)


def change_imap_port(stage: Stage, port: int) -> None:
    """Let the bot, not yet started, reach its IMAP server through another port."""
    settings = yaml.safe_load(stage.config.read_text(encoding="utf-8"))
    settings["mailboxes"][0]["imap"]["port"] = port
    stage.config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
