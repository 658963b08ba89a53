"""A reverse proxy before the homeserver that answers 502 or 429, hangs or refuses on demand, and keeps count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp import web

from bot.demo.servers.process import LOOPBACK, free_port

# RFC 9110 7.6.1: these belong to one connection, and the body's framing is made anew.
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "host", "content-length"}
)
_SIZE_LIMIT = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came to the proxy."""

    method: str
    path: str
    at: float
    """`time.monotonic()` when it came."""
    status: int
    """What was answered; 0 where the connection was broken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in place of the homeserver's."""

    status: int
    body: Mapping[str, object] | str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer for this many seconds, then a broken connection."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The homeserver does what it is asked, and its answer is lost on the way back."""


Disturbance = Answer | Hang | AnswerLost


@dataclass(slots=True)
class _Rule:
    disturbance: Disturbance
    matches: Callable[[str, str], bool]
    left: int | None


class HttpProxy:
    """A reverse proxy on loopback; use `HttpProxy.started`. `requests` holds what came, in order."""

    def __init__(self, target: str, session: aiohttp.ClientSession) -> None:
        self.host = LOOPBACK
        self.port = free_port()
        self.requests: list[Request] = []
        self._target = target.rstrip("/")
        self._session = session
        self._rules: list[_Rule] = []
        self._runner: web.AppRunner | None = None

    @classmethod
    @asynccontextmanager
    async def started(cls, target: str) -> AsyncIterator[Self]:
        """A proxy that passes everything on to the base URL `target`."""
        connector = aiohttp.TCPConnector(limit=0)
        # No limit of its own: a long-polling sync decides for itself.
        async with aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=None), auto_decompress=False
        ) as session:
            proxy = cls(target, session)
            try:
                await proxy.listen()
                yield proxy
            finally:
                await proxy.refuse()

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def disturb(
        self,
        disturbance: Disturbance,
        *,
        path_holds: str = "",
        method: str | None = None,
        times: int | None = None,
    ) -> None:
        """From now on, for requests whose path holds this text; `times=None` holds until `heal`."""

        def matches(asked_method: str, path: str) -> bool:
            return path_holds in path and (method is None or method == asked_method)

        self._rules.append(_Rule(disturbance, matches, times))

    def answer_502(self, *, path_holds: str = "", times: int | None = None) -> None:
        """Answer 502 as a reverse proxy whose homeserver restarts; no JSON, as in life."""
        page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
        self.disturb(Answer(502, page, {"Content-Type": "text/html"}), path_holds=path_holds, times=times)

    def answer_429(
        self, *, retry_after_ms: int, path_holds: str = "/send/", times: int | None = None, header_only: bool = False
    ) -> None:
        """M_LIMIT_EXCEEDED, with the pause in the body, or only in the header as the newer specification has it."""
        body: dict[str, object] = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
        if not header_only:
            body["retry_after_ms"] = retry_after_ms
        headers = {"Retry-After": str(max(1, -(-retry_after_ms // 1000)))}
        self.disturb(Answer(429, body, headers), path_holds=path_holds, times=times)

    def heal(self) -> None:
        """Pass everything on again (after `refuse`, call `listen` too)."""
        self._rules.clear()

    async def listen(self) -> None:
        if self._runner is not None:
            return
        application = web.Application(client_max_size=_SIZE_LIMIT)
        application.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, self.host, self.port).start()
        self._runner = runner

    async def refuse(self) -> None:
        """Stop listening and break every connection, as a homeserver that is down."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def count(self, path_holds: str) -> int:
        return sum(path_holds in request.path for request in self.requests)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        status = 0
        try:
            response = await self._respond(request)
            status = response.status
            return response
        finally:
            self.requests.append(Request(method=request.method, path=request.path_qs, at=at, status=status))

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        match self._take(request):
            case Answer(status, body, headers):
                if isinstance(body, str):
                    return web.Response(status=status, text=body, headers=headers)
                return web.json_response(dict(body), status=status, headers=headers)
            case Hang(seconds):
                await asyncio.sleep(seconds)
                raise _broken(request)
            case AnswerLost():
                await self._pass_on(request)
                raise _broken(request)
            case None:
                return await self._pass_on(request)

    async def _pass_on(self, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            async with self._session.request(
                request.method,
                self._target + request.path_qs,
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as response:
                kept = [(n, v) for n, v in response.headers.items() if n.lower() not in _HOP_BY_HOP]
                answer = web.Response(status=response.status, body=await response.read())
                answer.headers.clear()
                answer.headers.extend(kept)
                return answer
        except aiohttp.ClientError:
            return web.Response(status=502, text="bad gateway")

    def _take(self, request: web.Request) -> Disturbance | None:
        for rule in self._rules:
            if not rule.matches(request.method, request.path_qs):
                continue
            if rule.left is not None:
                rule.left -= 1
                if rule.left == 0:
                    self._rules.remove(rule)
            return rule.disturbance
        return None


def _broken(request: web.Request) -> asyncio.CancelledError:
    """The end of a request whose client gets no answer but a broken connection."""
    if request.transport is not None:
        request.transport.abort()
    return asyncio.CancelledError()
