"""A push gateway on loopback: what a member's phone would ring for (Matrix push gateway API)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.process import LOOPBACK, free_port


@dataclass(frozen=True, slots=True)
class Ring:
    room: str
    event: str
    is_highlight: bool


@dataclass(slots=True)
class PushGateway:
    """The rings of each person, in order."""

    port: int
    rings: dict[str, list[Ring]] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def started(cls) -> AsyncIterator[PushGateway]:
        gateway = cls(free_port())
        app = web.Application()
        app.router.add_post("/_matrix/push/v1/notify", gateway._notified)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, LOOPBACK, gateway.port).start()
        try:
            yield gateway
        finally:
            await runner.cleanup()

    async def _notified(self, request: web.Request) -> web.Response:
        told = (await request.json())["notification"]
        for device in told["devices"]:
            # Without an event it is only the number on the app's icon.
            if "event_id" in told:
                ring = Ring(told["room_id"], told["event_id"], bool(device.get("tweaks", {}).get("highlight")))
                self.rings.setdefault(device["pushkey"], []).append(ring)
        return web.json_response({"rejected": []})

    async def listen(self, member: MatrixUser) -> None:
        """From now on this person's rings come here."""
        await member.request(
            "POST",
            "/_matrix/client/v3/pushers/set",
            {
                "kind": "http",
                "app_id": "org.postroom.test",
                "pushkey": member.user_id,
                "app_display_name": "A test",
                "device_display_name": "A test",
                "lang": "en",
                "data": {"url": f"http://{LOOPBACK}:{self.port}/_matrix/push/v1/notify"},
            },
        )
