"""The way out to hosts that strangers name: only to addresses that the whole internet has, whatever DNS says.

A name is looked up once, its addresses are checked, and the connection goes to one of those without another look.
"""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

import dns.asyncresolver
import dns.exception
import dns.rdata
import dns.resolver

from bot.domain.servers import Result

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_LOOKUP = 5.0
"""Seconds for one question to DNS, all tries together."""
_CONNECT = 3.0
"""Seconds for TCP to one address."""
_MOST_ADDRESSES = 4
_MOST_RECORDS = 30
_LIMIT = 4096
"""Bytes of a line of a server."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_6TO4 = ipaddress.IPv6Network("2002::/16")


class Missed(Exception):
    """Nothing usable is there; `result` says why."""

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        self.result = result


def is_public(address: Address) -> bool:
    """Whether the whole internet has the address; an IPv4 address within an IPv6 one counts as itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return address.sixtofour
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


@dataclass(frozen=True, slots=True)
class Network:
    """The way out. What differs from the defaults is for networks of tests."""

    is_allowed: Callable[[Address], bool] = is_public
    trusted: Callable[[], ssl.SSLContext] | None = None
    """None: the system's certificate authorities. The host's name is verified in any case."""
    nameserver: tuple[str, int] | None = None
    """Its address and port; None: those of the system."""
    ports: Mapping[int, int] = field(default_factory=dict)
    """Ports that stand in for others."""

    def tls(self) -> ssl.SSLContext:
        return _verified() if self.trusted is None else self.trusted()

    def port(self, port: int) -> int:
        return self.ports.get(port, port)

    async def records(self, name: str, kind: str) -> tuple[dns.rdata.Rdata, ...]:
        """The records of that kind, thirty at most; `name` is taken as it is, without the system's search list.

        Raises:
            Missed
        """
        try:
            resolver = dns.asyncresolver.Resolver(configure=self.nameserver is None)
            if self.nameserver is not None:
                resolver.nameservers, resolver.port = [self.nameserver[0]], self.nameserver[1]
            answer = await resolver.resolve(f"{name}.", kind, lifetime=_LOOKUP, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            raise Missed(Result.NOTHING) from None
        except (dns.exception.Timeout, dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, OSError):
            raise Missed(Result.NO_ANSWER) from None
        except (dns.exception.DNSException, ValueError):
            raise Missed(Result.NOT_UNDERSTOOD) from None
        return tuple(answer)[:_MOST_RECORDS]

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of a host that may be reached, IPv4 first.

        Raises:
            Missed: also where it has none of those.
        """
        found: list[Address] = []
        missed: list[Missed] = []
        answers = await asyncio.gather(*(self.records(host, kind) for kind in ("A", "AAAA")), return_exceptions=True)
        for answer in answers:
            match answer:
                case Missed():
                    missed.append(answer)
                case BaseException():
                    raise answer
                case records:
                    found += [ipaddress.ip_address(record.to_text()) for record in records]
        if not found:
            raise missed[0]
        allowed = tuple(str(one) for one in found if self.is_allowed(one))[:_MOST_ADDRESSES]
        if not allowed:
            raise Missed(Result.NOT_SAFE)
        return allowed

    @contextlib.asynccontextmanager
    async def connected(
        self, host: str, port: int, *, tls: bool
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection to the host, by TLS or in clear; closed at the end.

        Raises:
            Missed
        """
        reader, writer = await self._opened(host, port, tls=tls)
        try:
            yield reader, writer
        finally:
            # What is closing may hang as long as the other side likes.
            writer.transport.abort()

    async def _opened(self, host: str, port: int, *, tls: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        why = Result.NO_ANSWER
        for address in await self.addresses(host):
            try:
                async with asyncio.timeout(_CONNECT):
                    return await asyncio.open_connection(
                        address,
                        self.port(port),
                        ssl=self.tls() if tls else None,
                        server_hostname=host if tls else None,
                        limit=_LIMIT,
                    )
            except (OSError, TimeoutError) as error:
                why = reason(error)
        raise Missed(why)


def reason(error: Exception) -> Result:
    """Why a connection came to nothing."""
    match error:
        case ssl.SSLCertVerificationError():
            return Result.NOT_SAFE
        case ssl.SSLError() | ValueError():
            return Result.NOT_UNDERSTOOD
        case _:
            return Result.NO_ANSWER


@cache
def _verified() -> ssl.SSLContext:
    return ssl.create_default_context()
