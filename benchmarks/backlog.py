"""A backlog of mails becomes threads: mails a second beside the floor, CPU a mail, peak memory."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import psutil

from benchmarks.letters import TO, letters
from bot.demo.bot_process import BotProcess
from bot.demo.stage import BOT_PASSWORD, Stage, staged

_AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class Backlog:
    """What was measured; seconds and bytes."""

    mails: int
    seconds: float
    floor_seconds: float
    """The same events as bare HTTP PUTs, the same number at a time."""
    events: int
    cpu_seconds: float
    peak_memory: int

    @property
    def ratio(self) -> float:
        return self.floor_seconds / self.seconds


async def backlog(count: int) -> Backlog:
    """Measure both in one run, on the same servers."""
    async with staged() as stage:
        await stage.imap.deliver_many(TO, letters(count))
        bot = BotProcess(stage.config, bind=stage.bind, log=stage.folder / "bot.log")
        await bot.start()
        try:
            process = psutil.Process(bot.pid)
            peak, started, done = 0, 0.0, 0.0
            cpu_before = 0.0
            while not done:
                await asyncio.sleep(0.05)
                peak = max(peak, process.memory_info().rss + sum(c.memory_info().rss for c in process.children()))
                shown = _mails_shown(stage)
                if shown and not started:
                    # Start-up is not what is measured here.
                    started, cpu_before, first = time.monotonic(), sum(process.cpu_times()[:4]), shown
                if shown >= count:
                    done = time.monotonic()
            cpu = sum(process.cpu_times()[:4]) - cpu_before
            events = _events(stage)
        finally:
            await bot.stop()
        floor = await _floor(stage, events)
        share = (count - first) / count
        return Backlog(count - first, done - started, floor * share, round(len(events) * share), cpu, peak)


def _mails_shown(stage: Stage) -> int:
    """Counted in the bot's own database: a reader of the room would take CPU from what is measured."""
    try:
        ((count,),) = _asked(stage, "select count(*) from mails where event is not null")
    except sqlite3.OperationalError:
        # Not made yet, or held for a moment.
        return 0
    return int(count)


def _events(stage: Stage) -> list[str]:
    calls = _asked(
        stage,
        "select c.call from outbox o join outbox_calls c on c.id = o.id"
        " where o.state = 'done' and o.kind = 'SendEvent' order by o.id",
    )
    return [json.loads(row[0])["content"] for row in calls]


def _asked(stage: Stage, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{stage.folder / 'postroom.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


async def _floor(stage: Stage, events: list[str]) -> float:
    """The same contents into an empty room, by bare PUTs."""
    async with aiohttp.ClientSession(base_url=stage.synapse.base_url) as session:
        login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "postroom"}, "password": BOT_PASSWORD}
        async with session.post("/_matrix/client/v3/login", json=login) as answer:
            token = (await answer.json())["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        room = await stage.alice.create_room(name="floor", powers={stage.bot_id: 50})
        await stage.alice.invite(room, stage.bot_id)
        async with session.post(f"/_matrix/client/v3/rooms/{room}/join", json={}) as answer:
            answer.raise_for_status()
        waiting = iter(enumerate(events))

        async def put() -> None:
            for number, content in waiting:
                path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/floor{number}"
                async with session.put(path, data=content.encode()) as answer:
                    await answer.read()
                    answer.raise_for_status()

        start = time.monotonic()
        await asyncio.gather(*(put() for _ in range(_AT_ONCE)))
        return time.monotonic() - start
