"""What people were given in single mailboxes, and what was taken from them."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.grants import Grant, granted
from bot.domain.ids import EventId, MailboxId, UserId
from storage.database import Tx
from storage.schema.bookkeeping import grants
from storage.upsert import insert_or_replace

_g = grants.c
_PUT = insert_or_replace(grants)
_EVERY = select(grants).order_by(_g.mailbox, _g.person, _g.what)
_FORGET = grants.delete().where(_g.mailbox == bindparam("mailbox_"))


async def every(tx: Tx) -> tuple[Grant, ...]:
    """All of them: they are part of the settings, and read with these."""
    return tuple(_grant(row) for row in await tx.all(_EVERY))


async def put(tx: Tx, one: Grant) -> None:
    """Keep it in place of what was decided before."""
    values = {
        "mailbox": one.mailbox,
        "person": one.person,
        "what": one.what.value,
        "is_on": one.is_on,
        "by": one.by,
        "at": one.at,
        "source": one.source,
        "was_on": one.was_on,
    }
    await tx.run(_PUT, values)


async def forget(tx: Tx, mailbox: MailboxId) -> None:
    """Forget all that was decided of a mailbox."""
    await tx.run(_FORGET, {"mailbox_": mailbox})


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        MailboxId(row.mailbox),
        UserId(row.person),
        granted(row.what),
        bool(row.is_on),
        UserId(row.by),
        row.at,
        EventId(row.source),
        bool(row.was_on),
    )
