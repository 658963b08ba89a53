"""What costs much elsewhere: big mails, a mail with thousands of references, and a minute without work."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from benchmarks import bot_database
from benchmarks.letters import TO, big_letter, letters, long_thread
from benchmarks.watch import watched
from bot.demo.bot_process import BotProcess
from bot.demo.stage import staged

_MEGABYTE = 1_000_000
REFERENCES = 8_000


@dataclass(frozen=True, slots=True)
class Large:
    """Seconds and bytes."""

    idle_cpu: float
    """In a minute."""
    before: int
    """Resident after a few small mails."""
    long_thread_seconds: float
    """From its delivery to its thread."""
    one_on_top: int
    """Peak beyond `before`, with one mail of 25 MB."""
    one_seconds: float
    many: int
    """How many mails of 10 MB."""
    many_peak: int
    many_seconds: float


async def large(*, many: int, idle_seconds: float) -> Large:
    """All of it with one bot, one after another."""
    async with (
        staged() as stage,
        BotProcess.started(stage.config, bind=stage.bind, log=stage.folder / "bot.log") as bot,
    ):

        async def take(mails: list[bytes]) -> tuple[float, int]:
            """Seconds from the end of the delivery to the last event, and the peak of memory."""
            expected = bot_database.shown(stage) + len(mails)
            async with watched(bot.pid) as watch:
                started = time.monotonic()
                for mail in mails:
                    await stage.imap.deliver(TO, mail)
                await bot_database.until_shown(stage, bot, expected)
                # The files follow the mail.
                while bot_database.open_calls(stage):
                    await asyncio.sleep(0.05)
                return time.monotonic() - started, watch.peak

        await take(letters(10, seed=8))
        # The board is edited at most every 15 s: after that there is nothing more to do.
        await asyncio.sleep(20.0)
        async with watched(bot.pid) as watch:
            await asyncio.sleep(idle_seconds)
            idle, before = watch.cpu_seconds * 60 / idle_seconds, watch.look()
        thread_seconds, _ = await take([long_thread("long@example.org", REFERENCES)])
        one_seconds, one_peak = await take([big_letter("one@example.org", 25 * _MEGABYTE)])
        many_seconds, many_peak = await take(
            [big_letter(f"many-{number}@example.org", 10 * _MEGABYTE) for number in range(many)]
        )
        return Large(idle, before, thread_seconds, one_peak - before, one_seconds, many, many_peak, many_seconds)
