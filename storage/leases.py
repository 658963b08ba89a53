"""Which process serves a channel: a lease that ends by itself when its holder dies.

A term belongs to its owner's token, which no other process has. A term that has run out cannot be renewed, only
acquired anew: somebody else may have held it meanwhile. A holder trusts itself for less time than is written here
(`ttl_seconds` minus a margin, counted from before the renewal), so that a slow clock or a slow commit never makes two.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from storage.database import Tx
from storage.schema import leases
from storage.upsert import insert_or_ignore

_l = leases.c
_TAKE = (
    leases.update()
    .where(_l.channel == bindparam("channel_"), or_(_l.owner == bindparam("owner"), _l.until <= bindparam("now")))
    .values(owner=bindparam("owner"), until=bindparam("until"))
)
_START = insert_or_ignore(leases)
_RENEW = (
    leases.update()
    .where(_l.channel == bindparam("channel_"), _l.owner == bindparam("owner_"), _l.until > bindparam("now"))
    .values(until=bindparam("until"))
)
_RELEASE = leases.delete().where(_l.owner == bindparam("owner"))
_HELD = select(_l.channel).where(_l.owner == bindparam("owner"), _l.until > bindparam("now")).order_by(_l.channel)
_HOLDER = select(_l.owner).where(_l.channel == bindparam("channel"), _l.until > bindparam("now"))


async def acquire(tx: Tx, channel: str, owner: str, now: datetime, ttl_seconds: float) -> bool:
    """Hold the channel until `now` + `ttl_seconds`. False: somebody else holds it."""
    until = now + timedelta(seconds=ttl_seconds)
    if await tx.run(_TAKE, {"channel_": channel, "owner": owner, "now": now, "until": until}):
        return True
    return bool(await tx.run(_START, {"channel": channel, "owner": owner, "until": until}))


async def renew(tx: Tx, channel: str, owner: str, now: datetime, ttl_seconds: float) -> bool:
    """Hold it for longer. False: the term has ended; stop serving the channel at once."""
    until = now + timedelta(seconds=ttl_seconds)
    return bool(await tx.run(_RENEW, {"channel_": channel, "owner_": owner, "now": now, "until": until}))


async def release(tx: Tx, owner: str) -> None:
    """Give back all that `owner` holds."""
    await tx.run(_RELEASE, {"owner": owner})


async def held(tx: Tx, owner: str, now: datetime) -> tuple[str, ...]:
    """The channels that `owner` holds."""
    return tuple(row.channel for row in await tx.all(_HELD, {"owner": owner, "now": now}))


async def holder(tx: Tx, channel: str, now: datetime) -> str | None:
    """Who holds the channel."""
    row = await tx.first(_HOLDER, {"channel": channel, "now": now})
    return None if row is None else str(row.owner)
