"""The door to what the network says of an address."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.dns_records import DomainRecords
from bot.domain.servers import ServersFound


class ServerFinder(Protocol):
    """Looks where the mail servers of an address may be, and what DNS says of a domain's mail."""

    async def find(self, address: str) -> ServersFound:
        """Ends within 20 s, with what was found until then. Raises nothing."""
        ...

    async def records(self, domain: str, selectors: Sequence[str]) -> DomainRecords:
        """Ends within 20 s. Raises nothing."""
        ...
