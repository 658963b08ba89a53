"""The bot as its own process, `python -m bot run -c config.yaml`, started, watched, ended and killed from outside."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, Self

import aiohttp

from bot.demo.servers.process import Child, ServerFailed

_REPOSITORY = Path(__file__).resolve().parents[2]
READY_TIMEOUT = 180.0
_NAME = "the bot"


class Begins(Protocol):
    """Begins `postroom WORDS` in this repository."""

    async def __call__(self, words: Sequence[str], *, name: str, log: Path) -> Child: ...


class BotProcess:
    """A bot with this configuration; use `BotProcess.started`. `bind` is the configuration's `http.bind`."""

    def __init__(self, config: Path, *, bind: str, log: Path) -> None:
        self.config = config
        self.log = log
        self.environment: Mapping[str, str] | None = None
        """Of the process, where it is not ours."""
        self.program: tuple[str, ...] = ()
        """Another `postroom` than that of this repository, and run elsewhere than here."""
        self.begins: Begins | None = None
        """How it begins otherwise than as a program, where neither that nor its environment is another."""
        self._bind = bind
        self._child: Child | None = None

    @classmethod
    @asynccontextmanager
    async def started(cls, config: Path, *, bind: str, log: Path) -> AsyncIterator[Self]:
        """A bot whose /health says 200.

        Raises:
            ServerFailed: it ended, or did not become healthy; the text has its last lines of log.
        """
        bot = cls(config, bind=bind, log=log)
        try:
            await bot.start()
            await bot.healthy()
            yield bot
        finally:
            await bot.stop()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Start it, without waiting for it to be healthy."""
        if self.pid is not None:
            return
        words = ("run", "-c", str(self.config))
        if self.begins is not None and not self.program and self.environment is None:
            self._child = await self.begins(words, name=_NAME, log=self.log)
        else:
            program = self.program or (sys.executable, "-m", "bot")
            self._child = await Child.start(
                [*program, *words],
                name=_NAME,
                log=self.log,
                cwd=self.config.parent if self.program else _REPOSITORY,
                env=self.environment,
            )

    async def healthy(self, *, timeout: float = READY_TIMEOUT) -> None:
        """Return when /health says that everything is well, which is more than 200.

        Raises:
            ServerFailed: it ended first, or gave other answers for `timeout` seconds.
        """
        assert self._child is not None
        last = "no answer"

        async def ready() -> bool:
            nonlocal last
            status, last = await self.health()
            return status == 200 and json.loads(last)["status"] == "ok"

        try:
            await self._child.until(ready, timeout=timeout, every=0.1)
        except ServerFailed as error:
            raise ServerFailed(f"{error}\n/health: {last}") from None

    async def health(self) -> tuple[int, str]:
        """The status and text of /health; (0, what was wrong) where nobody answers."""
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
                async with session.get(f"http://{self._bind}/health") as response:
                    return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            return 0, str(error)

    async def ended(self) -> int:
        """Wait until it ends, and give its status. Raises: TimeoutError, after two minutes."""
        assert self._child is not None
        async with asyncio.timeout(120):
            return await self._child.wait()

    async def stop(self) -> int | None:
        """SIGTERM; its status (None when it did not run). It is killed when it takes longer than 15 s."""
        child, self._child = self._child, None
        return None if child is None else await child.stop(patience=15)

    async def kill(self) -> None:
        """SIGKILL, as a crash."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()

    async def kill_after(self, seconds: float) -> None:
        """SIGKILL after a while."""
        await asyncio.sleep(seconds)
        await self.kill()

    def log_tail(self) -> str:
        if self._child is not None:
            return self._child.log_tail()
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:]) if self.log.exists() else ""
