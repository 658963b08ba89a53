"""Leases of channels: one ends by itself when its holder dies, and has a number that fences the holder.

Times are those of the database, so that it does not matter what the clocks of the processes say. A term belongs to its
owner's token, which no other process has. A term that has run out is renewed as long as nobody else has begun one: its
row is still its owner's. A holder is sure of itself for less time than is written here (`ttl_seconds` minus a margin,
counted by its monotonic clock from before the renewal), so that a slow commit never makes two.

Each term has a number, higher than that of every term before. The holder names it in each of its transactions
(`Database.fence`), which fail once somebody else has begun a term: also a holder that slept through its end writes
nothing any more.
"""

from sqlalchemy import bindparam, or_, select

from storage import moved
from storage.database import Tx
from storage.now import MomentOfDatabase, in_seconds
from storage.numbers import next_number, taken
from storage.schema.bookkeeping import leases
from storage.upsert import insert_or_ignore

_l = leases.c
_NOW = MomentOfDatabase()
_UNTIL = in_seconds(bindparam("ttl"))
_TAKE = (
    leases.update()
    .where(_l.channel == bindparam("channel_"), or_(_l.owner == bindparam("owner"), _l.until <= _NOW))
    .values(owner=bindparam("owner"), until=_UNTIL)
)
_START = insert_or_ignore(leases)
_RENEW = (
    leases.update().where(_l.channel == bindparam("channel_"), _l.owner == bindparam("owner_")).values(until=_UNTIL)
)
_DROP = leases.delete().where(_l.channel == bindparam("channel_"))
_RELEASE = leases.delete().where(_l.owner == bindparam("owner"))
_CLOCK = select(_UNTIL.label("until"))


async def acquire(tx: Tx, channel: str, owner: str, ttl_seconds: float) -> int | None:
    """Hold the channel for `ttl_seconds`. Returns the number of the term; None: somebody else holds it.

    Raises:
        Moved: a process that was cut off while the database was left does not go on with it.
    """
    (await moved.marks(tx.all)).refuse()
    if not await tx.run(_TAKE, {"channel_": channel, "owner": owner, "ttl": _microseconds(ttl_seconds)}):
        if not await start(tx, channel, owner, ttl_seconds):
            return None
    # Waits for the transactions of the holder before, which keep a lock on the number until they have ended.
    number = await next_number(tx, fence_name(channel))
    await taken(tx, fence_name(channel), number)
    return number


async def start(tx: Tx, channel: str, owner: str, ttl_seconds: float) -> bool:
    """Hold a channel that nobody holds, without a number of its own. False: somebody does."""
    clock = await tx.first(_CLOCK, {"ttl": _microseconds(ttl_seconds)})
    assert clock is not None
    return bool(await tx.run(_START, {"channel": channel, "owner": owner, "until": clock.until}))


async def seize(tx: Tx, channel: str, owner: str, ttl_seconds: float) -> int:
    """Hold the channel, whoever holds it: for a database that one process uses at a time."""
    await tx.run(_DROP, {"channel_": channel})
    number = await acquire(tx, channel, owner, ttl_seconds)
    assert number is not None
    return number


async def renew(tx: Tx, channel: str, owner: str, ttl_seconds: float) -> bool:
    """Renew the lease. False: somebody else has begun a term; stop serving the channel at once."""
    return bool(await tx.run(_RENEW, {"channel_": channel, "owner_": owner, "ttl": _microseconds(ttl_seconds)}))


async def release(tx: Tx, owner: str) -> None:
    """Give back all leases of `owner`."""
    await tx.run(_RELEASE, {"owner": owner})


def fence_name(channel: str) -> str:
    """The counter that numbers the terms of a channel."""
    return f"term:{channel}"


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)
