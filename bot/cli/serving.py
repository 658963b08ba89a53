"""`postroom run`: the process around the bot, with its signals, its folder's lock, `/health` and its last words."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.app import Bot
from bot.config import Config, open_files
from bot.domain.sentences import Sentence, sentence
from bot.process import log
from bot.process.ends import last_words, status_of_folder
from bot.process.health import HealthServer
from bot.process.import_lock import clear_killed
from bot.process.lock import AlreadyRunning, FolderLock
from bot.process.statuses import EX_CONFIG, EX_UNAVAILABLE
from bot.process.supervisor import Supervisor
from bot.text.wording import say

_log = structlog.get_logger("app")
_DRAIN_SECONDS = 6.0
"""Calls under way at the end get that long; systemd and the contract allow ten."""


async def run(config: Config, again: Callable[[], Config]) -> int:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again.

    The exit status: 0, 78 for a mistake in the configuration, 69 for a service.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log.LoopFaults())
    limit = open_files.ask_for_all()
    if limit < open_files.needed(config):
        _log.warning("few_open_files", allowed=limit, needed=open_files.needed(config))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FolderLock(config.data_dir):
            clear_killed(config.data_dir)
            return await _serve(Bot(config, again=again), config, stop, Supervisor.of(os.environ))
    except AlreadyRunning:
        return _end(config, "run.already_running", EX_UNAVAILABLE)
    except OSError as error:
        return _end(config, "run.data_dir", status_of_folder(error), path="data_dir", reason=error.strerror or "")


def _end(config: Config, key: str, status: int, **values: str) -> int:
    return _say_last(config, sentence(key, **values), status)


def _say_last(config: Config, told: Sentence, status: int) -> int:
    print(say(config.language, told), file=sys.stderr)  # noqa: T201  the operator's last words
    return status


async def _serve(bot: Bot, config: Config, stop: asyncio.Event, supervisor: Supervisor) -> int:
    async with AsyncExitStack() as stack:
        if sys.stdin is None or not sys.stdin.isatty():
            # A terminal that is closed ends what runs in it.
            again = partial(_read_again, bot, supervisor)
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, again)
            bot.reread_ended = supervisor.ready
        if config.http is not None:
            http = config.http
            server = HealthServer(
                http.host, http.port, bot.health, bot.metrics, bot.refresh, shows_addresses=http.show_addresses
            )
            try:
                await stack.enter_async_context(server)
            except OSError as taken:
                return _end(config, "run.http_taken", EX_CONFIG, reason=taken.strerror or "")
        # Before its servers were tried: while one is away the bot waits for it, and systemd need not.
        supervisor.ready()
        watching = asyncio.create_task(supervisor.watch(bot.health))
        stack.callback(watching.cancel)
        serving = asyncio.create_task(bot.serve())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        supervisor.stopping()
        if serving.done():
            fault = serving.exception()
            if fault is None:
                return EX_UNAVAILABLE
            told, status = last_words(fault, config.matrix.login)
            return _say_last(config, told, status)
        _log.info("ending")
        await bot.drain(_DRAIN_SECONDS)
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        _log.info("ended")
        return 0


def _read_again(bot: Bot, supervisor: Supervisor) -> None:
    if bot.is_serving:
        supervisor.reloading()
    bot.reread.set()
