"""Addresses and domains that a mailbox has blocked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.blocking import Blocked
from bot.domain.ids import EventId, MailboxId, UserId
from storage.batch import padded
from storage.codec import text_key
from storage.database import Tx
from storage.schema.bookkeeping import blocked
from storage.upsert import insert_or_ignore

_b = blocked.c
_PUT = insert_or_ignore(blocked)
_DROP = blocked.delete().where(_b.mailbox == bindparam("mailbox_"), _b.key == bindparam("key_"))
_IN = select(blocked).where(_b.mailbox.in_(bindparam("mailboxes", expanding=True))).order_by(_b.mailbox, _b.at, _b.key)
_BY = select(blocked).where(_b.event == bindparam("event")).order_by(_b.mailbox, _b.key)


async def put(tx: Tx, one: Blocked) -> None:
    """Block an address or a domain; one that is blocked already stays as it is."""
    values = {
        "mailbox": one.mailbox,
        "key": text_key(one.key),
        "said": one.key,
        "by": one.by,
        "event": one.event,
        "at": one.at,
    }
    await tx.run(_PUT, values)


async def drop(tx: Tx, mailbox: MailboxId, key: str) -> None:
    """Block it no longer."""
    await tx.run(_DROP, {"mailbox_": mailbox, "key_": text_key(key)})


async def of(tx: Tx, mailboxes: Sequence[MailboxId]) -> tuple[Blocked, ...]:
    """All that these mailboxes have blocked, the oldest first."""
    return tuple(_blocked(row) for row in await tx.all(_IN, {"mailboxes": padded(mailboxes)})) if mailboxes else ()


async def by_event(tx: Tx, event: EventId) -> tuple[Blocked, ...]:
    """What the command of this message has blocked."""
    return tuple(_blocked(row) for row in await tx.all(_BY, {"event": event}))


def _blocked(row: Row[Any]) -> Blocked:
    return Blocked(MailboxId(row.mailbox), row.said, UserId(row.by), EventId(row.event), row.at)
