"""Keys of the inputs that were decided already."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from storage.codec import text_key
from storage.database import Tx
from storage.schema.bookkeeping import seen
from storage.upsert import insert_or_ignore

_WAS_SEEN = select(seen.c.key).where(seen.c.key == bindparam("key"))
_MARK = seen.insert()
_RULE_OUT = insert_or_ignore(seen)
_FORGET = seen.delete().where(seen.c.key == bindparam("key_"))
_OLD = select(seen.c.key).where(seen.c.at < bindparam("before")).order_by(seen.c.at).limit(bindparam("limit"))
_FORGET_OLD = seen.delete().where(seen.c.key.in_(bindparam("keys", expanding=True)))
_OLDEST = select(func.min(seen.c.at).label("at")).where(seen.c.at.is_not(None))
KEPT = ("mail:", "reset:", "ratchet:", "past:", "retention:")
"""A mail is decided once for ever; a room's event comes again only while a sync token is young. What was encrypted can
be shown again as something new for as long as its key is kept, which is for ever. A mail of which nothing else is kept
may still lie on its server, and what was told once of a setting is not told again."""


async def was_seen(tx: Tx, key: str) -> bool:
    return await tx.first(_WAS_SEEN, {"key": text_key(key)}) is not None


async def mark_seen(tx: Tx, key: str, at: datetime) -> None:
    """Raises:
    Conflict: somebody else decided it meanwhile; at the latest by the commit.
    """
    await tx.later(_MARK, {"key": text_key(key), "at": _time(key, at)})


async def rule_out(tx: Tx, key: str, at: datetime) -> None:
    """Mark an input as decided, if it was not."""
    await tx.later(_RULE_OUT, {"key": text_key(key), "at": _time(key, at)})


async def forget(tx: Tx, key: str) -> None:
    """Let an input be decided again, because a person asks for it."""
    await tx.later(_FORGET, {"key_": text_key(key)})


async def oldest(tx: Tx) -> datetime | None:
    """The time since which events of rooms are remembered."""
    row = await tx.first(_OLDEST)
    return None if row is None else row.at


async def forget_before(tx: Tx, at: datetime, limit: int = 500) -> int:
    """Forget what was marked before `at`, except what is `KEPT`, some at a time. Returns how many."""
    keys = [row.key for row in await tx.all(_OLD, {"before": at, "limit": limit})]
    return await tx.run_slowly(_FORGET_OLD, {"keys": keys}) if keys else 0


def _time(key: str, at: datetime) -> datetime | None:
    return None if key.startswith(KEPT) else at
