"""Looks up what DNS says of a domain's mail: MX, SPF, DKIM and DMARC."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TypeVar

from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from bot.adapters.servers.dns_records import exchangers
from bot.adapters.servers.network import Missed, Network
from bot.domain.dns_records import DomainRecords, Key, Kind
from bot.domain.servers import Result

_LONGEST = 10.0
"""Seconds for all of one kind."""
_AT_ONCE = 8
"""Questions about keys."""
_MOST_TEXT = 2000
"""Characters of a record that are looked at."""
_MOST_PARENTS = 4

T = TypeVar("T")


async def look(network: Network, domain: str, selectors: Sequence[str]) -> DomainRecords:
    """All that is asked, at once; what could not be asked about is named."""
    unknown: list[Kind] = []
    mx, spf, keys, dmarc = await asyncio.gather(
        _asked(Kind.MX, unknown, _mx(network, domain), ()),
        _asked(Kind.SPF, unknown, _texts(network, domain, "v=spf1"), ()),
        _asked(Kind.DKIM, unknown, _keys(network, domain, selectors), ()),
        _asked(Kind.DMARC, unknown, _policy(network, domain), ("", ())),
    )
    return DomainRecords(
        domain,
        tuple(one for one in mx if one),
        "" in mx,
        spf,
        dmarc[1],
        dmarc[0],
        keys,
        tuple(selectors),
        tuple(unknown),
    )


async def _asked(kind: Kind, unknown: list[Kind], asking: Coroutine[object, object, T], otherwise: T) -> T:
    try:
        async with asyncio.timeout(_LONGEST):
            return await asking
    except (Missed, TimeoutError):
        unknown.append(kind)
        return otherwise


async def _mx(network: Network, domain: str) -> tuple[str, ...]:
    """The hosts, and "" where the domain says that it takes no mail (RFC 7505). Raises: Missed."""
    try:
        records = await network.records(domain, "MX")
    except Missed as missed:
        if missed.result is Result.NOTHING:
            return ()
        raise
    nobody = tuple("" for one in records if isinstance(one, MX) and one.exchange.to_text() == ".")
    return exchangers(records) or nobody


async def _texts(network: Network, name: str, beginning: str) -> tuple[str, ...]:
    """The TXT records of a name that begin so. Raises: Missed."""
    try:
        records = await network.records(name, "TXT")
    except Missed as missed:
        if missed.result is Result.NOTHING:
            return ()
        raise
    texts = (b"".join(one.strings).decode("utf-8", "replace")[:_MOST_TEXT] for one in records if isinstance(one, TXT))
    return tuple(text for text in texts if text.lower().startswith(beginning))


async def _keys(network: Network, domain: str, selectors: Sequence[str]) -> tuple[Key, ...]:
    """The keys that are published. Raises: Missed: none of the names could be asked about."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def key(selector: str) -> Key | Missed | None:
        async with gate:
            try:
                texts = await _texts(network, f"{selector}._domainkey.{domain}", "")
            except Missed as missed:
                return missed
        # `v` may be left out (RFC 6376 3.6.1); without `p` it is no key.
        found = next((text for text in texts if "p=" in text.replace(" ", "")), None)
        return None if found is None else Key(selector, found)

    answers = await asyncio.gather(*(key(one) for one in selectors))
    missed = [one for one in answers if isinstance(one, Missed)]
    if answers and len(missed) == len(answers):
        raise missed[0]
    return tuple(one for one in answers if isinstance(one, Key))


async def _policy(network: Network, domain: str) -> tuple[str, tuple[str, ...]]:
    """The DMARC records that hold, of the domain or of the nearest above it that has some. Raises: Missed."""
    labels = domain.split(".")
    for start in range(min(len(labels) - 1, _MOST_PARENTS)):
        name = ".".join(labels[start:])
        texts = await _texts(network, f"_dmarc.{name}", "v=dmarc1")
        if texts:
            return name, texts
    return "", ()
