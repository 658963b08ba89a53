"""Looks for the mail servers of an address, where they may be said or be."""

from dataclasses import dataclass

from bot.domain.hostnames import domain_of
from bot.domain.presets import by_domain
from bot.domain.servers import Looked, Result, ServersFound, Source


@dataclass(frozen=True, slots=True)
class NetworkFinder:
    """Finds the mail servers of addresses."""

    allow_private: bool = False
    """Whether servers within our own networks may be reached."""

    async def find(self, address: str) -> ServersFound:
        """What is found of the address."""
        domain = domain_of(address)
        if domain is None:
            return ServersFound(())
        preset = by_domain(domain)
        if preset is not None:
            return ServersFound((preset.servers,), (Looked(Source.PRESET, domain, Result.FOUND),))
        return ServersFound((), (Looked(Source.PRESET, domain, Result.NOTHING),))
