"""A homeserver that lies: a proxy before the real one that changes what the bot is told."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiohttp import web
from yarl import URL

Change = Callable[[str, Any], Any]
"""Gets the path and the JSON of an answer, and gives the JSON that the bot gets, or a `Status`."""


@dataclass(frozen=True, slots=True)
class Status:
    """An answer with another status than the true one."""

    status: int
    body: Any


class LateKeys:
    """A change that holds what is sent to the bot's device, as if it came long after the messages, until it is let go."""

    def __init__(self) -> None:
        self.held: list[Any] = []
        self.is_holding = True

    def __call__(self, path: str, answer: Any) -> Any:
        if path.endswith("/sync"):
            events = answer.setdefault("to_device", {}).setdefault("events", [])
            if self.is_holding:
                self.held.extend(events)
                events.clear()
            else:
                events[:0] = self.held
                self.held.clear()
        return answer


class HostileServer:
    """Passes everything on until `change` is set."""

    def __init__(self, upstream: str, http: aiohttp.ClientSession) -> None:
        self._upstream = upstream
        self._http = http
        self.url = ""
        self.change: Change = lambda path, answer: answer
        self.paths: list[str] = []
        self.to_devices: list[tuple[str, Any]] = []
        """What the bot sent to devices: the type, and the content by user and device."""
        self.is_away: Callable[[str], bool] = lambda path: False
        """For which paths it answers 502."""

    @classmethod
    @asynccontextmanager
    async def before(cls, upstream: str) -> AsyncIterator[Self]:
        async with aiohttp.ClientSession() as http:
            server = cls(upstream, http)
            # A sync that nobody waits for any more holds nothing up.
            runner = web.ServerRunner(web.Server(server._pass_on), shutdown_timeout=0.5)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield server
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.BaseRequest) -> web.StreamResponse:
        self.paths.append(request.path)
        if self.is_away(request.path):
            return web.json_response({}, status=502)
        if "/sendToDevice/" in request.path:
            kind = request.path.split("/sendToDevice/")[1].partition("/")[0]
            self.to_devices.append((kind, json.loads(await request.read())["messages"]))
        headers = {k: v for k, v in request.headers.items() if k in ("Authorization", "Content-Type")}
        url = self._upstream + request.raw_path
        async with self._http.request(
            request.method, URL(url, encoded=True), data=await request.read(), headers=headers
        ) as response:
            raw, status = await response.read(), response.status
        try:
            answer = json.loads(raw)
        except ValueError:
            return web.Response(body=raw, status=status)
        changed = self.change(request.path, answer)
        if isinstance(changed, Status):
            return web.json_response(changed.body, status=changed.status)
        return web.json_response(changed, status=status)

    def receivers(self, kind: str = "m.room.encrypted") -> set[tuple[str, str]]:
        """The users and devices that were sent something of this type."""
        return {
            (user, device)
            for sent, messages in self.to_devices
            if sent == kind
            for user, devices in messages.items()
            for device in devices
        }


def timeline(answer: Any, room: str) -> list[Any]:
    """The events of one room in a sync's answer, to be changed in place."""
    events: list[Any] = answer.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {}).get("events", [])
    return events
