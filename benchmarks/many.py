"""Many mailboxes in one process: how long its start takes, and what it costs while nothing happens."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import psutil
import yaml

from benchmarks import bot_database
from benchmarks.letters import letters
from benchmarks.watch import watched
from bot.demo.bot_process import BotProcess
from bot.demo.servers.dovecot import Dovecot
from bot.demo.stage import BOT_POWER, Stage, staged

_USUAL_FILES = 1024
"""The soft limit of a login shell."""
_A_ROOM = 10
_CROWD = 40
"""Else each of more than a thousand connections would be a process of Dovecot."""
_PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Many:
    """Seconds and bytes."""

    mailboxes: int
    healthy_after: float
    start_log: int
    """Bytes of log until then."""
    files: int
    """Open files of the process."""
    memory: int
    idle_cpu: float
    """In a minute."""
    idle_log: int
    """Bytes of log in a minute."""
    all_shown_after: float
    """From the delivery of a mail to each mailbox to the last of them in its room."""


async def many(mailboxes: int, *, idle_seconds: float) -> Many:
    """One bot with so many mailboxes, ten to a room, on one IMAP server and one SMTP server."""
    async with staged(imap="dovecot", crowd=_CROWD) as stage:
        addresses = await _grown(stage, mailboxes)
        bot = BotProcess(stage.config, bind=stage.bind, log=stage.folder / "bot.log")
        try:
            started = time.monotonic()
            with _few_files():
                await bot.start()
            await bot.healthy(timeout=_PATIENCE)
            healthy_after, start_log = time.monotonic() - started, _size(bot)
            # Descriptions of commands follow after a while.
            await _settled(stage)
            idle_from = _size(bot)
            async with watched(bot.pid) as watch:
                await asyncio.sleep(idle_seconds)
                idle, memory = watch.cpu_seconds * 60 / idle_seconds, watch.look()
            idle_log = int((_size(bot) - idle_from) * 60 / idle_seconds)
            files = psutil.Process(bot.pid).num_fds()
            expected = bot_database.shown(stage) + mailboxes
            started = time.monotonic()
            for address, mail in zip(addresses, letters(mailboxes, seed=9), strict=True):
                await stage.imap.deliver(address, mail)
            await bot_database.until_shown(stage, bot, expected)
            shown_after = time.monotonic() - started
            return Many(mailboxes, healthy_after, start_log, files, memory, idle, idle_log, shown_after)
        finally:
            await bot.stop()


async def _grown(stage: Stage, mailboxes: int) -> list[str]:
    """The configuration with so many mailboxes, their accounts and rooms; gives their addresses."""
    settings = yaml.safe_load(stage.config.read_text("utf-8"))
    imap = stage.imap
    assert isinstance(imap, Dovecot)
    first: dict[str, Any] = settings["mailboxes"][0]
    addresses, room = [str(first["address"])], str(first["room"])
    for number in range(1, mailboxes):
        if number % _A_ROOM == 0:
            room = await stage.alice.create_room(name=f"Team {number // _A_ROOM}", powers={stage.bot_id: BOT_POWER})
            await stage.alice.invite(room, stage.bot_id)
        address = f"box{number}@monasso.org"
        imap.add_account(address)
        one = deepcopy(first)
        one.update(address=address, name=f"Box {number}", room=room, aliases=[])
        one["imap"].update(user=address, password=imap.password(address))
        settings["mailboxes"].append(one)
        addresses.append(address)
    stage.config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return addresses


@contextmanager
def _few_files() -> Iterator[None]:
    """What is started here may open as few files as from a login shell; we may open more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_USUAL_FILES, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _settled(stage: Stage) -> None:
    await asyncio.sleep(35.0)
    async with asyncio.timeout(_PATIENCE):
        while bot_database.open_calls(stage):
            await asyncio.sleep(0.5)


def _size(bot: BotProcess) -> int:
    return bot.log.stat().st_size
