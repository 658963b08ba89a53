"""Addresses from which mail of a mailbox came back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.ids import MailboxId, MessageRow
from bot.domain.returned import Returned
from storage.batch import padded
from storage.codec import address_key
from storage.database import Tx
from storage.schema.bookkeeping import returned
from storage.upsert import insert_or_ignore

_r = returned.c
_FIRST = insert_or_ignore(returned)
_CHANGE = (
    returned.update()
    .where(
        _r.mailbox == bindparam("mailbox_"),
        _r.key == bindparam("key_"),
        _r.times == bindparam("times_"),
        _r.last == bindparam("last_"),
        _r.since.is_not_distinct_from(bindparam("since_", type_=_r.since.type)),
    )
    .values({name: bindparam(name) for name in ("address", "times", "last", "since", "at")})
)
_OF = select(returned).where(_r.mailbox == bindparam("mailbox"), _r.key.in_(bindparam("keys", expanding=True)))
_CLEAR = (
    returned.update()
    .where(_r.mailbox == bindparam("mailbox_"), _r.key == bindparam("key_"))
    .values(times=0, since=None, at=bindparam("at_"))
)
_FORGET = returned.delete().where(_r.at < bindparam("before"))


async def put(tx: Tx, one: Returned, before: Returned | None) -> bool:
    """Keep what is known of an address now. False: that is not what was known `before` any more."""
    values = {"address": one.address, "times": one.times, "last": one.last, "since": one.since, "at": one.at}
    key = address_key(one.address)
    if before is None:
        return bool(await tx.run(_FIRST, values | {"mailbox": one.mailbox, "key": key}))
    was = {"times_": before.times, "last_": before.last, "since_": before.since}
    return bool(await tx.run(_CHANGE, values | was | {"mailbox_": one.mailbox, "key_": key}))


async def clear(tx: Tx, mailbox: MailboxId, address: str, at: datetime) -> None:
    """Something shows that mail arrives there."""
    await tx.later(_CLEAR, {"mailbox_": mailbox, "key_": address_key(address), "at_": at})


async def of(tx: Tx, mailbox: MailboxId, addresses: Iterable[str]) -> tuple[Returned, ...]:
    """What the mailbox knows of these, in any order; nothing of those from which none came back."""
    keys = sorted({address_key(one) for one in addresses if one})
    rows = await tx.all(_OF, {"mailbox": mailbox, "keys": padded(keys)}) if keys else ()
    return tuple(
        Returned(
            mailbox=MailboxId(row.mailbox),
            address=row.address,
            times=row.times,
            last=MessageRow(row.last),
            since=None if row.since is None else MessageRow(row.since),
            at=row.at,
        )
        for row in rows
    )


async def forget_before(tx: Tx, at: datetime) -> None:
    """Forget addresses of which nothing was heard for so long."""
    await tx.run_slowly(_FORGET, {"before": at})
