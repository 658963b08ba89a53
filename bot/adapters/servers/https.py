"""Asks a host over https: only a public address, always with its certificate, never more than so many bytes."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.adapters.servers.network import Missed, Network, reason
from bot.domain.hostnames import hostname
from bot.domain.servers import Result

_PORT = 443
_HEADERS = {
    # What is packed may be a thousand times larger: it is not asked for, and not unpacked.
    "Accept-Encoding": "identity",
    "User-Agent": "Postroom",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. A redirect is one, too: nobody has followed it."""

    status: int
    location: str
    body: bytes


class _Checked(AbstractResolver):
    """Knows the addresses that were checked, and gives no others for any name."""

    def __init__(self, addresses: tuple[str, ...], port: int) -> None:
        self._addresses = addresses
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=self._port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def ask(
    network: Network,
    url: URL,
    *,
    accept: str,
    limit: int,
    form: Mapping[str, str] | None = None,
    reads: Callable[[int], bool] = lambda status: True,
) -> Answered:
    """GET the address, or POST the form to it.

    Args:
        limit: bytes of the body.
        reads: tells of a status whether its body is of use.

    Raises:
        Missed: also where the body is larger.
    """
    host = hostname(url.host or "")
    if url.scheme != "https" or host is None or url.port != _PORT or url.user is not None or url.password is not None:
        # Numbers for hosts are refused here: they would be connected to without a lookup, and so without a check.
        raise Missed(Result.NOT_SAFE)
    resolver = _Checked(await network.addresses(host), network.port(_PORT))
    connector = aiohttp.TCPConnector(resolver=resolver, ssl=network.tls(), use_dns_cache=False, force_close=True)
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"Accept": accept, **_HEADERS},
        ) as session:
            asking = session.get if form is None else session.post
            async with asking(url, allow_redirects=False, data=form) as response:
                body = await _body(response, limit) if reads(response.status) else b""
                return Answered(response.status, response.headers.get("Location", ""), body)
    except aiohttp.ClientConnectorCertificateError:
        raise Missed(Result.NOT_SAFE) from None
    except aiohttp.ClientConnectorError as error:
        raise Missed(reason(error.os_error)) from None
    except (TimeoutError, aiohttp.ClientConnectionError, aiohttp.ServerTimeoutError, OSError):
        raise Missed(Result.NO_ANSWER) from None
    except (aiohttp.ClientError, ValueError):
        raise Missed(Result.NOT_UNDERSTOOD) from None


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        raw += chunk
        if len(raw) > limit:
            raise Missed(Result.NOT_UNDERSTOOD)
    return bytes(raw)
