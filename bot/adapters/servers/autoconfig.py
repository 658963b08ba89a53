"""Asks a domain over https for the file by which it names its mail servers to programs."""

from yarl import URL

from bot.adapters.servers.autoconfig_file import NotAutoconfig, read
from bot.adapters.servers.https import ask
from bot.adapters.servers.network import Missed, Network
from bot.domain.servers import Result, Servers

_LIMIT = 64 * 1024
"""Bytes of the file."""
_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/xml, application/xml"


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


async def _fetched(network: Network, url: URL) -> bytes:
    for _ in range(_REDIRECTS + 1):
        answer = await _asked(network, url)
        if isinstance(answer, bytes):
            return answer
        url = answer
    raise Missed(Result.NOT_UNDERSTOOD)


async def _asked(network: Network, url: URL) -> bytes | URL:
    """The file, or where it is said to lie."""
    answered = await ask(network, url, accept=_ACCEPT, limit=_LIMIT, reads=lambda status: status == 200)
    if answered.status in _MOVED:
        try:
            return url.join(URL(answered.location))
        except ValueError:
            raise Missed(Result.NOT_UNDERSTOOD) from None
    if answered.status != 200:
        raise Missed(Result.NOTHING if answered.status < 500 else Result.NO_ANSWER)
    return answered.body
