"""A finder of mail servers that finds what the test says."""

from dataclasses import dataclass, field

from bot.domain.servers import ServersFound


@dataclass(slots=True)
class FakeFinder:
    found: ServersFound = field(default_factory=lambda: ServersFound(()))
    asked: list[str] = field(default_factory=list)
    """The addresses that it was asked about."""

    async def find(self, address: str) -> ServersFound:
        self.asked.append(address)
        return self.found
