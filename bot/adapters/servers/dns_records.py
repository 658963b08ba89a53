"""What the DNS of a domain says of its mail: who takes it (MX), and where programs read and send it (SRV)."""

from collections.abc import Iterable
from dataclasses import dataclass

from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV

from bot.adapters.servers.network import Missed, Network
from bot.domain.hostnames import hostname
from bot.domain.servers import Result, Security, Server


@dataclass(frozen=True, slots=True)
class Service:
    """A service as SRV records name it."""

    label: str
    security: Security
    is_imap: bool

    def at(self, domain: str) -> str:
        """The name of its records."""
        return f"{self.label}._tcp.{domain}"


SERVICES = (
    Service("_imaps", Security.TLS, is_imap=True),
    Service("_imap", Security.STARTTLS, is_imap=True),
    Service("_submissions", Security.TLS, is_imap=False),
    Service("_submission", Security.STARTTLS, is_imap=False),
)
"""The services that are looked for (RFC 6186, RFC 8314 5.1), of each kind the better one first."""


def exchangers(records: Iterable[Rdata]) -> tuple[str, ...]:
    """The hosts that MX records name, the preferred first; none whose name cannot be."""
    ordered = sorted((one for one in records if isinstance(one, MX)), key=lambda one: one.preference)
    return tuple(host for one in ordered if (host := hostname(one.exchange.to_text())) is not None)


async def mail_exchangers(network: Network, domain: str) -> tuple[str, ...]:
    """The hosts that take the domain's mail, the preferred first.

    Raises:
        Missed: also where it has none of those, or none with a name that can be.
    """
    hosts = exchangers(await network.records(domain, "MX"))
    if not hosts:
        raise Missed(Result.NOTHING)
    return hosts


async def service(network: Network, domain: str, wanted: Service) -> Server:
    """The server of one service: of the lowest priority, the one with the most weight.

    Raises:
        Missed: NOT_OFFERED where the domain says that it has none (RFC 2782, a target of ".").
    """
    records = [one for one in await network.records(wanted.at(domain), "SRV") if isinstance(one, SRV)]
    records.sort(key=lambda one: (one.priority, -one.weight))
    for one in records:
        host = hostname(one.target.to_text())
        if host is not None and one.port:
            return Server(host, one.port, wanted.security)
    is_said = any(one.target.to_text() == "." for one in records)
    raise Missed(Result.NOT_OFFERED if is_said else Result.NOTHING if not records else Result.NOT_UNDERSTOOD)
