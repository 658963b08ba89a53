"""A backlog of mails becomes threads: mails a second beside the floor, CPU a mail, peak memory, answers torn off."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from benchmarks import bot_database
from benchmarks.floor import floor
from benchmarks.letters import TO, parents_of
from benchmarks.watch import watched
from bot.demo.bot_process import BotProcess
from bot.demo.servers.proxy import TcpProxy
from bot.demo.stage import Stage, staged


@dataclass(frozen=True, slots=True)
class Backlog:
    """What was measured, from the first mail in the room to the last; seconds and bytes."""

    mails: int
    seconds: float
    floor_seconds: float
    """The same events as bare HTTP PUTs, the same number at a time; 0 where it was not measured."""
    events: int
    """How many these are."""
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
        return self.floor_seconds / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU a mail, in milliseconds."""
        return self.cpu_seconds / self.mails * 1000


async def backlog(mails: list[bytes], *, imap_latency: float = 0.0, with_floor: bool = True) -> Backlog:
    """Measure both in one run, on the same servers.

    Args:
        imap_latency: seconds that each direction to the IMAP server takes; a round trip takes twice that.
    """
    async with staged() as stage:
        if not imap_latency:
            return await backlog_on(stage, mails, with_floor=with_floor)
        async with TcpProxy.started(stage.imap.host, stage.imap.port, latency=imap_latency) as proxy:
            change_imap_port(stage, proxy.port)
            return await backlog_on(stage, mails, with_floor=with_floor)


async def backlog_on(stage: Stage, mails: list[bytes], *, with_floor: bool = True) -> Backlog:
    """The same, on servers that stand; the bot is started and ended."""
    count, before = len(mails), bot_database.newest_uid(stage)
    await stage.imap.deliver_many(TO, mails)
    bot = BotProcess(stage.config, bind=stage.bind, log=stage.folder / "bot.log")
    await bot.start()
    try:
        async with watched(bot.pid) as watch:
            # Start-up is not what is measured here.
            started = await bot_database.until_shown(stage, bot, 1, after=before)
            watch.begin()
            first = bot_database.shown(stage, after=before)
            done = await bot_database.until_shown(stage, bot, count, after=before)
            cpu, peak = watch.cpu_seconds, watch.peak
        contents = bot_database.sent_contents(stage)
        parents, threads = parents_of(mails), bot_database.conversation_of_mails(stage)
    finally:
        await bot.stop()
    share = (count - first) / count
    least = 0.0
    if with_floor:
        least = await floor(stage, contents) * share
    return Backlog(
        mails=count - first,
        seconds=done - started,
        floor_seconds=least,
        events=round(len(contents) * share),
        cpu_seconds=cpu,
        peak_memory=peak,
        torn_off=sum(threads[answer] != threads[parent] for answer, parent in parents.items()),
        answers=len(parents),
    )


def change_imap_port(stage: Stage, port: int) -> None:
    """Let the bot, not yet started, reach its IMAP server through another port."""
    settings = yaml.safe_load(stage.config.read_text(encoding="utf-8"))
    settings["mailboxes"][0]["imap"]["port"] = port
    stage.config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
