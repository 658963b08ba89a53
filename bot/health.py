"""Health and metrics over HTTP: `/health` for a supervisor, `/metrics` for Prometheus; neither holds personal data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from bot.metrics import Metrics

_PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the bot is not ready. All words are technical names: they are for machines and for the operator."""

    service: str
    """`matrix`, `imap`, `smtp`, `room`, `database`."""
    reason: str
    """`connecting`, `timeout`, `credentials`, `not_joined` …"""
    mailbox: int | None = None
    """Its place in the configuration, from 0; None where the problem is of all."""


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """Healthy is: no problems."""

    problems: tuple[Problem, ...] = ()


class HealthServer:
    """`async with HealthServer(host, port, status, metrics):` serves until the block ends.

    `refresh` is awaited before each `/metrics`, for figures that are looked up and not counted.
    """

    def __init__(
        self,
        host: str,
        port: int,
        status: Callable[[], HealthStatus],
        metrics: Metrics,
        refresh: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._status = status
        self._metrics = metrics
        self._refresh = refresh
        self._runner: web.AppRunner | None = None
        self.port = port
        """The real port once started (0 asks for any free one)."""

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the address is taken or is not ours.
        """
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", self._show_metrics)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._wanted_port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening; waits at most a second for answers under way."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, stack: TracebackType | None
    ) -> None:
        await self.close()

    async def _health(self, request: web.Request) -> web.Response:
        problems = self._status().problems
        if not problems:
            return web.json_response({"status": "ok"})
        reasons = [{name: value for name, value in asdict(one).items() if value is not None} for one in problems]
        return web.json_response({"status": "unavailable", "reasons": reasons}, status=503)

    async def _show_metrics(self, request: web.Request) -> web.Response:
        if self._refresh is not None:
            await self._refresh()
        return web.Response(body=self._metrics.rendered().encode(), headers={"Content-Type": _PROMETHEUS})
