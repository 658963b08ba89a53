"""Two homeservers of our own that federate on loopback, and the wire between them, which may be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.demo.servers.certificate import Certificate, make_certificate
from bot.demo.servers.process import LOOPBACK, ServerFailed, free_port
from bot.demo.servers.proxy import TcpProxy
from bot.demo.servers.synapse import ADMIN, Synapse

_NOTICED_WITHIN = 60.0
_HEARTBEAT = 0.5
_REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True)
class Door:
    """Where other homeservers find one, and how it finds them."""

    server_name: str
    """With its port, so that nobody asks DNS or `.well-known` (server-server API, "Resolving server names")."""
    port: int
    """Where it listens itself; `server_name` may name a proxy before it."""
    certificate: Certificate
    gives_up: bool = False
    """Whether it takes one failed call for a long outage: then it keeps the last event of each room only, and the
    others have to ask for what is between (as after an hour without an answer, or a restart)."""

    def settings(self) -> Mapping[str, object]:
        """What its homeserver.yaml says of other homeservers."""
        pause: int = 2 * 60 * 60 * 1000 if self.gives_up else 200
        return {
            "tls_certificate_path": str(self.certificate.certificate),
            "tls_private_key_path": str(self.certificate.key),
            "federation_domain_whitelist": None,
            # Each has signed its own certificate; and loopback is what Synapse shuns by default.
            "federation_verify_certificates": False,
            "ip_range_blacklist": [],
            # Whoever was away is asked again soon (in ms): by default after ten minutes.
            "federation": {
                "client_timeout": "10s",
                "max_short_retries": 1,
                "max_short_retry_delay": 100,
                "max_long_retries": 1,
                "max_long_retry_delay": 100,
                "destination_min_retry_interval": pause,
                "destination_max_retry_interval": pause,
            },
        }

    def listener(self) -> Mapping[str, object]:
        return {
            "bind_addresses": [LOOPBACK],
            "port": self.port,
            "type": "http",
            "tls": True,
            "resources": [{"names": ["federation"], "compress": False}],
        }


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`near` and `far` know of each other; what they say goes over a wire of ours."""

    near: Synapse
    far: Synapse
    _wires: tuple[TcpProxy, TcpProxy]

    @classmethod
    @asynccontextmanager
    async def started(cls, folder: Path) -> AsyncIterator[Neighbours]:
        """Both run, without limits; what they know is in memory.

        Raises:
            ServerMissing: Synapse is not installed.
            ServerFailed: one of them did not start.
        """
        async with AsyncExitStack() as stack:
            doors: list[Door] = []
            wires: list[TcpProxy] = []
            for name in ("near", "far"):
                (folder / name).mkdir(parents=True)
                port = free_port()
                wire = await stack.enter_async_context(TcpProxy.started(LOOPBACK, port))
                wires.append(wire)
                certificate = make_certificate(folder / name, host=LOOPBACK)
                doors.append(Door(f"{LOOPBACK}:{wire.port}", port, certificate, gives_up=name == "far"))
            near, far = await asyncio.gather(
                *(
                    stack.enter_async_context(Synapse.started(folder / name, storage="memory", door=door))
                    for name, door in zip(("near", "far"), doors, strict=True)
                ),
                # So that the one that started is stopped where the other fails.
                return_exceptions=True,
            )
            for one in (near, far):
                if isinstance(one, BaseException):
                    raise one
            assert isinstance(near, Synapse) and isinstance(far, Synapse)
            neighbours = cls(near, far, (wires[0], wires[1]))
            chatter = asyncio.create_task(neighbours._chatter())
            try:
                yield neighbours
            finally:
                chatter.cancel()

    async def part(self) -> None:
        """Each is gone for the other and has noticed, and both go on."""
        for wire in self._wires:
            await wire.refuse()
        await self._until(gone=True)

    async def join(self) -> None:
        """They reach each other again; what was held back is on its way."""
        for wire in self._wires:
            await wire.restore()
        await self._until(gone=False)

    async def _until(self, *, gone: bool) -> None:
        for one, other in ((self.near, self.far), (self.far, self.near)):
            try:
                async with asyncio.timeout(_NOTICED_WITHIN):
                    while await _has_given_up(one, other) is not gone:
                        if gone:
                            await _ask_keys(one, other)
                        await asyncio.sleep(_HEARTBEAT / 5)
            except TimeoutError:
                raise ServerFailed(f"{one.server_name} did not notice whether {other.server_name} is there") from None

    async def _chatter(self) -> None:
        """Whoever hears from a homeserver that was away sends what was kept for it; alone it may take a minute."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                await _ask_profile(self.near, self.far)


async def _ask_profile(one: Synapse, other: Synapse) -> None:
    """A question that goes to the other homeserver, also where that one was just found to be away."""
    await _request(one, "GET", f"/_matrix/client/v3/profile/{other.user_id(ADMIN)}")


async def _ask_keys(one: Synapse, other: Synapse) -> None:
    """A question after which a homeserver that cannot be reached counts as away."""
    await _request(one, "POST", "/_matrix/client/v3/keys/query", {"device_keys": {other.user_id(ADMIN): []}})


async def _has_given_up(one: Synapse, other: Synapse) -> bool:
    """Whether it waits before it calls the other one again."""
    found = await _request(one, "GET", f"/_synapse/admin/v1/federation/destinations/{other.server_name}")
    return bool(found.get("retry_interval"))


async def _request(
    one: Synapse, method: str, path: str, body: Mapping[str, object] | None = None
) -> Mapping[str, object]:
    headers = {"Authorization": f"Bearer {one.admin_token}"}
    async with aiohttp.ClientSession(timeout=_REQUEST_TIMEOUT, headers=headers) as session:
        async with session.request(method, one.base_url + path, json=body) as response:
            answer: Mapping[str, object] = await response.json()
            return answer
