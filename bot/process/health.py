"""Health and metrics over HTTP: `/health` for a supervisor, `/metrics` for Prometheus; neither holds personal data.

`/health` answers 503 where the process cannot work, 200 with `degraded` where a part cannot: one mailbox with a wrong
password is no reason to restart the bot of all. `/health/mailbox/N` answers for one, `/health/all` has a row for each
part. Addresses stand there only where config.yaml says so (`http.show_addresses`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from bot.process.metrics import Metrics

_PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"
STARTING: Final = "starting"
"""The reason of a service that was not tried yet."""
SILENT: Final = "silent"
"""The reason of a database that neither answers nor says that it is away: the process itself may be stuck."""
_BACKLOG: Final = 4
"""Askers that may wait at once: a monitor or two."""
_OF_ALL: Final = frozenset({"matrix", "database"})
WAITS_TOO_LONG: Final = 300.0
"""Seconds: the homeserver lets through less than there is to post, or something holds it."""
STRAYED_TOO_LONG: Final = 20.0
"""Seconds. They are looked for every ten, and taken up again."""
_TELLS_AFTER: Final = 5.0
"""Seconds; a call that waits for less is only on its way."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the bot is not ready. All words are technical names: they are for machines and for the operator."""

    service: str
    """`matrix`, `imap`, `smtp`, `room`, `database`; `mail` where all servers may be there and its mail waits."""
    reason: str
    """`connecting`, `timeout`, `credentials`, `not_joined`, `waits_to_leave` …"""
    mailbox: int | None = None
    """The mailbox's place (`Names`), from 0; None for a problem of all."""
    room: str | None = None
    """`config` for the config room, `other` for one that is no mailbox's; None where `mailbox` says whose it is."""


@dataclass(frozen=True, slots=True)
class Names:
    """What is shown of a mailbox beside its place: a number that it was given when the bot first knew of it."""

    address: str
    state: str = ""
    """`paused` or `archived`: nothing is read and sent by somebody's wish."""
    place: int = 0


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """The problems of this moment, and the wait of the oldest call."""

    problems: tuple[Problem, ...] = ()
    mailboxes: int = 0
    """The number of configured mailboxes."""
    waiting: float = 0.0
    """Seconds for which the oldest call has been due; 0: none is."""
    strayed: float = 0.0
    """Seconds for which there have been calls that are said to be under way and are not; 0: there are none."""
    names: tuple[Names, ...] = ()
    """One for each mailbox; empty while the bot starts."""
    database: str = ""
    """`sqlite` or `postgresql`."""
    database_ms: float = 0.0
    """How long its answer took, in milliseconds."""

    @property
    def places(self) -> tuple[int, ...]:
        """Of the mailboxes; as they stand in config.yaml while the bot starts."""
        return tuple(one.place for one in self.names) or tuple(range(self.mailboxes))

    def name_of(self, place: int | None) -> Names | None:
        return next((one for one in self.names if one.place == place), None)

    @property
    def can_work(self) -> bool:
        """Everything was tried, Matrix and the database are there, and one mailbox at least is read and can send."""
        if any(one.reason == STARTING or one.service in _OF_ALL for one in self.problems):
            return False
        away = [{one.mailbox for one in self.problems if one.service == name} for name in ("imap", "smtp")]
        return self.mailboxes == 0 or all(len(places - {None}) < self.mailboxes for places in away)

    @property
    def reasons(self) -> tuple[Problem, ...]:
        """The problems, each once though every folder of a mailbox has it; calls that have waited for too long, or that
        nobody makes, are some."""
        held = (Problem("matrix", "calls_wait"),) if self.waiting >= WAITS_TOO_LONG else ()
        stray = (Problem("database", "stray_calls"),) if self.strayed >= STRAYED_TOO_LONG else ()
        return tuple(dict.fromkeys((*self.problems, *held, *stray)))

    def of_mailbox(self, place: int) -> tuple[Problem, ...]:
        """The problems that keep this mailbox from working: its own, and those of all."""
        return tuple(
            one
            for one in dict.fromkeys(self.problems)
            if one.mailbox == place or (one.mailbox is None and one.service in _OF_ALL)
        )


class HealthServer:
    """`async with HealthServer(host, port, status, metrics):` serves until the block ends.

    `refresh` is awaited before each `/metrics`, for figures that are looked up and not counted.
    """

    def __init__(
        self,
        host: str,
        port: int,
        status: Callable[[], Awaitable[HealthStatus]],
        metrics: Metrics,
        refresh: Callable[[], Awaitable[None]] | None = None,
        *,
        shows_addresses: bool = False,
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._status = status
        self._metrics = metrics
        self._refresh = refresh
        self._shows_addresses = shows_addresses
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
        app.router.add_get("/health/all", self._health_of_all)
        app.router.add_get(r"/health/mailbox/{place:\d{1,6}}", self._health_of_mailbox)
        app.router.add_get("/metrics", self._show_metrics)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            # asyncio tries to accept that many times in a row, and tells each failure where no file may be opened.
            await web.TCPSite(runner, self._host, self._wanted_port, backlog=_BACKLOG).start()
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

    def _shown(self, problems: Sequence[Problem], status: HealthStatus) -> list[dict[str, object]]:
        rows = []
        for one in problems:
            row: dict[str, object] = {name: value for name, value in asdict(one).items() if value is not None}
            rows.append(row | self._named(one.mailbox, status))
        return rows

    def _named(self, place: int | None, status: HealthStatus) -> dict[str, object]:
        """The address of the mailbox, where it may stand here."""
        name = status.name_of(place) if self._shows_addresses else None
        return {"address": name.address} if name is not None else {}

    async def _health_of_all(self, request: web.Request) -> web.Response:
        """A row for each part, also for those that work."""
        status = await self._status()
        reasons = status.reasons
        of_database = [one.reason for one in reasons if one.service == "database"]
        database: dict[str, object] = {"service": "database", "status": of_database[0] if of_database else "ok"}
        if status.database:
            database |= {"kind": status.database, "milliseconds": round(status.database_ms, 1)}
        of_matrix = [one.reason for one in reasons if one.service == "matrix"]
        rows = [database, {"service": "matrix", "status": of_matrix[0] if of_matrix else "ok"}]
        for place in status.places:
            name = status.name_of(place) or Names("")
            for service in ("imap", "smtp", "room", "mail"):
                found = [one.reason for one in reasons if (one.service, one.mailbox) == (service, place)]
                said = found[0] if found else name.state or "ok"
                rows.append({"service": service, "mailbox": place, **self._named(place, status), "status": said})
        rows += [
            {"service": "room", "room": one.room, "status": one.reason}
            for one in reasons
            if one.service == "room" and one.room is not None
        ]
        word = _word(status, reasons)
        return web.json_response({"status": word, "rows": rows}, status=200 if status.can_work else 503)

    async def _health(self, request: web.Request) -> web.Response:
        status = await self._status()
        reasons = status.reasons
        answer: dict[str, object] = {"status": _word(status, reasons)}
        if reasons:
            answer["reasons"] = self._shown(reasons, status)
        if status.waiting >= _TELLS_AFTER:
            answer["oldest_waiting_seconds"] = round(status.waiting)
        return web.json_response(answer, status=200 if status.can_work else 503)

    async def _health_of_mailbox(self, request: web.Request) -> web.Response:
        status = await self._status()
        place = int(request.match_info["place"])
        if place not in status.places:
            raise web.HTTPNotFound
        problems = status.of_mailbox(place)
        if not problems:
            name = status.name_of(place) or Names("")
            return web.json_response({"status": name.state or "ok"} | self._named(place, status))
        answer = {"status": "unavailable", "reasons": self._shown(problems, status)}
        return web.json_response(answer, status=503)

    async def _show_metrics(self, request: web.Request) -> web.Response:
        if self._refresh is not None:
            await self._refresh()
        return web.Response(body=self._metrics.rendered().encode(), headers={"Content-Type": _PROMETHEUS})


def _word(status: HealthStatus, reasons: Sequence[Problem]) -> str:
    return ("degraded" if reasons else "ok") if status.can_work else "unavailable"
