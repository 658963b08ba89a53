"""Shares of several processes in one PostgreSQL database.

Each process has a term of its own (`leases`) and holds its channels for as long as that term, without renewing them. A
process that finds a term run out buries the process of that term: from then on nothing that the dead one writes is
committed, and all that it held is free.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, case, select, text

from storage import leases
from storage.database import Tx
from storage.now import MomentOfDatabase
from storage.schema.bookkeeping import counters
from storage.schema.bookkeeping import leases as table

_PROCESS = "process:"
_LONG = 100 * 365 * 86_400.0
"""Seconds that a channel is held for: in truth until the end of the process's own term."""
_l = table.c
_ALL = select(_l.channel, _l.owner, case((_l.until > MomentOfDatabase(), 1), else_=0).label("is_running"))
_FREE = table.delete().where(_l.channel == bindparam("channel_"), _l.owner == bindparam("owner_"))
_ENDED = table.delete().where(_l.channel == bindparam("channel_"), _l.until <= MomentOfDatabase())
_STANDS_SECONDS = 15.0
_END_STANDING = text(
    "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND application_name = 'postroom'"
    " AND pid <> pg_backend_pid() AND state = 'active' AND wait_event = 'ClientRead'"
    " AND xact_start < clock_timestamp() - make_interval(secs => :seconds)"
)
_NUMBER = counters.delete().where(counters.c.name == bindparam("name_"))


@dataclass(frozen=True, slots=True)
class Shares:
    """Processes by their owner's token, and the holder of each channel."""

    alive: frozenset[str]
    dead: frozenset[str]
    holders: Mapping[str, str]


def process_channel(owner: str) -> str:
    """The channel that stands for a process's own term."""
    return f"{_PROCESS}{owner}"


async def look(tx: Tx) -> Shares:
    """The processes and their channels, as of now."""
    rows = await tx.all(_ALL)
    processes = {row.owner: bool(row.is_running) for row in rows if row.channel.startswith(_PROCESS)}
    return Shares(
        frozenset(owner for owner, is_running in processes.items() if is_running),
        frozenset(owner for owner, is_running in processes.items() if not is_running),
        {row.channel: row.owner for row in rows if not row.channel.startswith(_PROCESS)},
    )


async def end_standing(tx: Tx, seconds: float = _STANDS_SECONDS) -> int:
    """End sessions that stand still between a statement's preparation and its execution; how many.

    PostgreSQL takes these for active, so that `idle_in_transaction_session_timeout` does not end them: a process that
    was stopped there would keep what it has locked from whoever follows it.
    """
    row = await tx.first(_END_STANDING, {"seconds": seconds})
    return 0 if row is None else int(row.n)


async def bury(tx: Tx, owner: str) -> bool:
    """End a process whose term has run out. False: the process has renewed its term meanwhile.

    Its number is deleted, so that it commits nothing any more; this waits for a commit under way.
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
