"""Shares of several processes in one PostgreSQL database.

Each process has a term of its own (`leases`), and the channels that it holds are held for as long as that term: they
need no renewing of their own. Who finds a term that has run out buries its process: from then on nothing that it still
writes is committed, and what it held is free.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, case, select

from storage import leases
from storage.database import Tx
from storage.now import MomentOfDatabase
from storage.schema.bookkeeping import counters
from storage.schema.bookkeeping import leases as table

_PROCESS = "process:"
_LONG = 100 * 365 * 86_400.0
"""Seconds: its end is that of the process's own term."""
_l = table.c
_ALL = select(_l.channel, _l.owner, case((_l.until > MomentOfDatabase(), 1), else_=0).label("is_running"))
_FREE = table.delete().where(_l.channel == bindparam("channel_"), _l.owner == bindparam("owner_"))
_ENDED = table.delete().where(_l.channel == bindparam("channel_"), _l.until <= MomentOfDatabase())
_NUMBER = counters.delete().where(counters.c.name == bindparam("name_"))


@dataclass(frozen=True, slots=True)
class Shares:
    """Processes by their owner's token, and the holder of each channel."""

    alive: frozenset[str]
    dead: frozenset[str]
    holders: Mapping[str, str]


def process_channel(owner: str) -> str:
    return f"{_PROCESS}{owner}"


async def look(tx: Tx) -> Shares:
    rows = await tx.all(_ALL)
    processes = {row.owner: bool(row.is_running) for row in rows if row.channel.startswith(_PROCESS)}
    return Shares(
        frozenset(owner for owner, is_running in processes.items() if is_running),
        frozenset(owner for owner, is_running in processes.items() if not is_running),
        {row.channel: row.owner for row in rows if not row.channel.startswith(_PROCESS)},
    )


async def bury(tx: Tx, owner: str) -> bool:
    """End a process whose term has run out. False: it has renewed it meanwhile.

    Its number goes, so that it commits nothing any more; this waits for what it was committing.
    """
    if not await tx.run(_ENDED, {"channel_": process_channel(owner)}):
        return False
    await tx.run(_NUMBER, {"name_": leases.fence_name(process_channel(owner))})
    await leases.release(tx, owner)
    return True


async def hold(tx: Tx, channel: str, owner: str) -> bool:
    """Hold a channel for as long as this process lives. False: another process holds it."""
    return await leases.start(tx, channel, owner, _LONG)


async def free(tx: Tx, channel: str, owner: str) -> None:
    """Let go of a channel that is not served here any more."""
    await tx.run(_FREE, {"channel_": channel, "owner_": owner})


async def leave(tx: Tx, owner: str) -> None:
    """Give back a process's term, and all that it held, at its end."""
    await leases.release(tx, owner)
    await tx.run(_NUMBER, {"name_": leases.fence_name(process_channel(owner))})
