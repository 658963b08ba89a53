"""Looks for the mail servers of an address: in the table of providers, where the domain says them, at usual names."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from yarl import URL

from bot.adapters.servers import autoconfig, dns_records, domain_records
from bot.adapters.servers.dns_records import SERVICES, Service
from bot.adapters.servers.network import Missed, Network
from bot.adapters.servers.probe import knock
from bot.domain.dns_records import DomainRecords
from bot.domain.hostnames import domain_of
from bot.domain.presets import by_domain, by_mx
from bot.domain.rules.servers_order import RANK, in_order
from bot.domain.servers import Looked, Result, Security, Server, Servers, ServersFound, Source

_SAID = 7.0
"""Seconds for all that the domain may say, at once."""
_USUAL = 5.0
"""Seconds for all usual names, at once."""
_MOST_EXCHANGERS = 2
"""Hosts that take the domain's mail and are knocked at as well."""
_IMAP_WAYS = ((993, Security.TLS), (143, Security.STARTTLS))
_SMTP_WAYS = ((465, Security.TLS), (587, Security.STARTTLS))

T = TypeVar("T")


@dataclass(slots=True)
class _Search:
    """One search, and what came of each place so far."""

    network: Network
    address: str
    domain: str
    found: list[Servers] = field(default_factory=list)
    looked: list[Looked] = field(default_factory=list)
    exchangers: tuple[str, ...] = ()

    async def at(self, source: Source, where: str, seconds: float, looking: Awaitable[T]) -> T | None:
        """What is there, or None; notes what came of it. Never longer than that."""
        try:
            async with asyncio.timeout(seconds):
                there = await looking
        except Missed as missed:
            self.looked.append(Looked(source, where, missed.result))
            return None
        except TimeoutError:
            self.looked.append(Looked(source, where, Result.NO_ANSWER))
            return None
        self.looked.append(Looked(source, where, Result.FOUND))
        return there

    async def by_exchangers(self) -> None:
        """The preset of whoever takes the domain's mail."""
        await self.at(Source.PRESET, f"MX {self.domain}", _SAID, self._preset())

    async def _preset(self) -> None:
        self.exchangers = await dns_records.mail_exchangers(self.network, self.domain)
        preset = by_mx(self.exchangers)
        if preset is None:
            raise Missed(Result.NOTHING)
        self.found.append(preset.servers)

    async def by_file(self, url: URL) -> None:
        """What the file at this address names, if its servers are where they may be."""
        where = str(url.with_query(None))
        there = await self.at(Source.AUTOCONFIG, where, _SAID, self._file(url))
        if there is not None:
            self.found.append(there)

    async def _file(self, url: URL) -> Servers:
        named = await autoconfig.look(self.network, url, self.address, self.domain)
        await self._may_be(named.imap, is_imap=True)
        await self._may_be(named.smtp, is_imap=False)
        return named

    async def by_services(self) -> None:
        """What the domain's SRV records name."""
        servers = await asyncio.gather(*(self._by_service(one) for one in SERVICES))
        imap = next((s for s, one in zip(servers, SERVICES, strict=True) if s is not None and one.is_imap), None)
        smtp = next((s for s, one in zip(servers, SERVICES, strict=True) if s is not None and not one.is_imap), None)
        self.found.append(Servers(Source.SRV, imap, smtp))

    async def _by_service(self, wanted: Service) -> Server | None:
        return await self.at(Source.SRV, wanted.at(self.domain), _SAID, self._service(wanted))

    async def _service(self, wanted: Service) -> Server:
        server = await dns_records.service(self.network, self.domain, wanted)
        await self._may_be(server, is_imap=wanted.is_imap)
        return server

    async def _may_be(self, server: Server | None, *, is_imap: bool) -> None:
        """Refuse a server that is not what it was said to be; one that does not answer now may do so later.

        Raises:
            Missed
        """
        if server is None:
            return
        try:
            await knock(self.network, server, is_imap=is_imap)
        except Missed as missed:
            if missed.result is not Result.NO_ANSWER:
                raise

    async def by_knocking(self) -> None:
        """The servers at usual names."""
        others = self.exchangers[:_MOST_EXCHANGERS]
        names = [f"{label}.{self.domain}" for label in ("imap", "smtp", "mail")]
        imap, smtp = await asyncio.gather(
            self._first((names[0], names[2], *others), _IMAP_WAYS, is_imap=True),
            self._first((*names[1:], *others), _SMTP_WAYS, is_imap=False),
        )
        self.found.append(Servers(Source.PROBE, imap, smtp))

    async def _first(
        self, hosts: Sequence[str], ways: Sequence[tuple[int, Security]], *, is_imap: bool
    ) -> Server | None:
        """The first that is there, by the order of the hosts; TLS before STARTTLS at each."""
        servers = [Server(host, port, security) for host in dict.fromkeys(hosts) for port, security in ways]
        there = await asyncio.gather(*(self._knocked(one, is_imap=is_imap) for one in servers))
        return next((one for one, is_there in zip(servers, there, strict=True) if is_there), None)

    async def _knocked(self, server: Server, *, is_imap: bool) -> bool:
        async def knocking() -> bool:
            await knock(self.network, server, is_imap=is_imap)
            return True

        return await self.at(Source.PROBE, f"{server.host}:{server.port}", _USUAL, knocking()) is not None


@dataclass(frozen=True, slots=True)
class NetworkFinder:
    """Finds the mail servers of addresses."""

    network: Network

    async def find(self, address: str) -> ServersFound:
        """What is found, within 15 s: nobody is asked longer, whatever they do."""
        domain = domain_of(address)
        if domain is None:
            return ServersFound(())
        preset = by_domain(domain)
        if preset is not None:
            # A provider's own domain is served by the provider: nobody needs to be asked.
            return ServersFound((preset.servers,), (Looked(Source.PRESET, domain, Result.FOUND),))
        search = _Search(self.network, address, domain)
        await asyncio.gather(
            search.by_exchangers(),
            *(search.by_file(url) for url in autoconfig.places(address, domain)),
            search.by_services(),
        )
        if not any(one.is_whole for one in search.found):
            await search.by_knocking()
        looked = sorted(search.looked, key=lambda one: (RANK[one.source], one.where))
        return ServersFound(in_order(search.found), tuple(looked))

    async def records(self, domain: str, selectors: Sequence[str]) -> DomainRecords:
        """What DNS says of the domain's mail, within 15 s."""
        return await domain_records.look(self.network, domain, selectors)
