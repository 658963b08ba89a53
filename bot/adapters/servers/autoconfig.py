"""Asks a domain over https for the file by which it names its mail servers to programs."""

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.adapters.servers.autoconfig_file import NotAutoconfig, read
from bot.adapters.servers.network import Missed, Network, reason
from bot.domain.hostnames import hostname
from bot.domain.servers import Result, Servers

_LIMIT = 64 * 1024
"""Bytes of the file."""
_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_PORT = 443
_HEADERS = {
    "Accept": "text/xml, application/xml",
    # What is packed may be a thousand times larger: it is not asked for, and not unpacked.
    "Accept-Encoding": "identity",
    "User-Agent": "Postroom",
}


def places(address: str, domain: str) -> tuple[URL, URL]:
    """The two addresses at which the file may lie."""
    return (
        URL.build(
            scheme="https", host=f"autoconfig.{domain}", path="/mail/config-v1.1.xml", query={"emailaddress": address}
        ),
        URL.build(scheme="https", host=domain, path="/.well-known/autoconfig/mail/config-v1.1.xml"),
    )


async def look(network: Network, url: URL, address: str, domain: str) -> Servers:
    """The servers that the file at this address names.

    Raises:
        Missed
    """
    try:
        found = read(await _fetched(network, url), address, domain)
    except NotAutoconfig:
        raise Missed(Result.NOT_UNDERSTOOD) from None
    if found is None:
        raise Missed(Result.NOTHING)
    return found


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


async def _fetched(network: Network, url: URL) -> bytes:
    for _ in range(_REDIRECTS + 1):
        answer = await _asked(network, url)
        if isinstance(answer, bytes):
            return answer
        url = answer
    raise Missed(Result.NOT_UNDERSTOOD)


async def _asked(network: Network, url: URL) -> bytes | URL:
    """The file, or where it is said to lie."""
    host = hostname(url.host or "")
    if url.scheme != "https" or host is None or url.port != _PORT or url.user is not None or url.password is not None:
        # Numbers for hosts are refused here: they would be connected to without a lookup, and so without a check.
        raise Missed(Result.NOT_SAFE)
    resolver = _Checked(await network.addresses(host), network.port(_PORT))
    connector = aiohttp.TCPConnector(resolver=resolver, ssl=network.tls(), use_dns_cache=False, force_close=True)
    try:
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, headers=_HEADERS
        ) as session:
            async with session.get(url, allow_redirects=False) as response:
                if response.status in _MOVED:
                    return url.join(URL(response.headers.get("Location", "")))
                if response.status != 200:
                    raise Missed(Result.NOTHING if response.status < 500 else Result.NO_ANSWER)
                return await _body(response)
    except aiohttp.ClientConnectorCertificateError:
        raise Missed(Result.NOT_SAFE) from None
    except aiohttp.ClientConnectorError as error:
        raise Missed(reason(error.os_error)) from None
    except (TimeoutError, aiohttp.ClientConnectionError, aiohttp.ServerTimeoutError, OSError):
        raise Missed(Result.NO_ANSWER) from None
    except (aiohttp.ClientError, ValueError):
        raise Missed(Result.NOT_UNDERSTOOD) from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        raw += chunk
        if len(raw) > _LIMIT:
            raise Missed(Result.NOT_UNDERSTOOD)
    return bytes(raw)
