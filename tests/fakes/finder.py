"""A finder of mail servers that finds what the test says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.dns_records import DomainRecords
from bot.domain.servers import ServersFound


@dataclass(slots=True)
class FakeFinder:
    found: ServersFound = field(default_factory=lambda: ServersFound(()))
    asked: list[str] = field(default_factory=list)
    """The addresses that it was asked about."""

    selectors: list[tuple[str, ...]] = field(default_factory=list)
    """The names of keys that were looked for, at each look."""
    known: DomainRecords | None = None

    async def records(self, domain: str, selectors: Sequence[str]) -> DomainRecords:
        self.asked.append(domain)
        self.selectors.append(tuple(selectors))
        return self.known or DomainRecords(domain, selectors=tuple(selectors))

    async def find(self, address: str) -> ServersFound:
        self.asked.append(address)
        return self.found
