"""Settings that were decided in the house: they stand above those of config.yaml (`bot/domain/merged.py`).

They hold for whole transactions: one that decides reads their version first. On PostgreSQL it thereby shares a lock
that one which changes them holds alone.
"""

from datetime import datetime

from sqlalchemy import bindparam, exists, func, select

from bot.domain.ids import RoomId
from bot.domain.merged import Rows, continued
from storage import numbers
from storage.codec import text_key
from storage.database import Tx
from storage.schema import counters, seen, settings
from storage.seen import was_seen
from storage.upsert import insert_or_replace

LOCK = 7_076_687
"""Of PostgreSQL's advisory locks: who decides shares it, who changes the settings holds it alone."""
_COUNTER = "settings"
_s = settings.c
_ALL = select(_s.scope, _s.key, _s.value)
_PUT = insert_or_replace(settings)
_DROP = settings.delete().where(_s.scope == bindparam("scope_"), _s.key == bindparam("key_"))
_ALONE = select(func.pg_advisory_xact_lock(LOCK))
_SHARED = (
    # The row's lock shows the newest version: the other lock may have been waited for, and the snapshot is older.
    select(
        counters.c.next,
        func.pg_advisory_xact_lock_shared(LOCK),
        exists().where(seen.c.key == bindparam("key")).label("was_seen"),
    )
    .where(counters.c.name == _COUNTER)
    .with_for_update(read=True, of=counters)
)


async def version(tx: Tx) -> int:
    """It rises with each change. What is read of one version is the same in every transaction that has it."""
    return (await enter(tx, ""))[0]


async def enter(tx: Tx, key: str) -> tuple[int, bool]:
    """The version, and whether an input of this key was decided: one look-up with the lock, on PostgreSQL.

    It may say of an input that is being decided meanwhile that it was not; its key can be marked only once.
    """
    if tx.is_sqlite or not tx.may_write:
        return await numbers.next_number(tx, _COUNTER), bool(key) and await was_seen(tx, key)
    row = await tx.first(_SHARED, {"key": text_key(key)})
    return (1, bool(key) and await was_seen(tx, key)) if row is None else (int(row.next), bool(row.was_seen))


async def every(tx: Tx) -> Rows:
    return {(row.scope, row.key): row.value for row in await tx.all(_ALL)}


async def change_alone(tx: Tx) -> None:
    """To be called before what changes the settings is decided: nothing else is decided until the commit.

    Raises:
        Conflict: another transaction waits for the same.
    """
    if not tx.is_sqlite:
        await tx.all(_ALONE)
    await numbers.taken(tx, _COUNTER, await numbers.next_number(tx, _COUNTER))


async def continue_as(tx: Tx, old: RoomId, new: RoomId, at: datetime) -> None:
    """What used `old` uses `new` from this commit on."""
    before = await every(tx)
    after = continued(before, old, new)
    for scope, key in before.keys() - after.keys():
        await tx.run(_DROP, {"scope_": scope, "key_": key})
    for (scope, key), value in after.items():
        if before.get((scope, key)) != value:
            await tx.run(_PUT, {"scope": scope, "key": key, "value": value, "by": None, "at": at})
