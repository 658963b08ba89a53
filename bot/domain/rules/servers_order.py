"""Which of the servers that were found is offered first."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.servers import Servers, Source

RANK = {source: rank for rank, source in enumerate(Source)}
"""The most reliable source has the lowest."""


def in_order(found: Iterable[Servers]) -> tuple[Servers, ...]:
    """The most reliable source first, servers without their counterpart last, the same servers once.

    Where no source knows both, the first is completed by what another knows.
    """
    # `sorted` keeps the order of what one source said.
    ordered = sorted(_once(found), key=lambda one: (not one.is_whole, RANK[one.source]))
    if ordered and not ordered[0].is_whole:
        ordered = [_completed(ordered[0], ordered[1:]), *ordered[1:]]
    return tuple(ordered)


def _once(found: Iterable[Servers]) -> Iterable[Servers]:
    known = set()
    for one in sorted(found, key=lambda one: RANK[one.source]):
        ways = tuple(None if s is None else (s.host, s.port, s.security) for s in (one.imap, one.smtp))
        if ways not in known and ways != (None, None):
            known.add(ways)
            yield one


def _completed(first: Servers, others: Iterable[Servers]) -> Servers:
    imap = first.imap or next((one.imap for one in others if one.imap is not None), None)
    smtp = first.smtp or next((one.smtp for one in others if one.smtp is not None), None)
    return replace(first, imap=imap, smtp=smtp)
