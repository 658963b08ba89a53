"""Saved replies of mailboxes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.canned import Canned
from bot.domain.ids import EventId, MailboxId, UserId
from storage.batch import padded
from storage.database import Tx
from storage.schema.bookkeeping import canned
from storage.upsert import insert_or_replace

_c = canned.c
_PUT = insert_or_replace(canned)
_IN = select(canned).where(_c.mailbox.in_(bindparam("mailboxes", expanding=True))).order_by(_c.mailbox, _c.key)
_BY = select(canned).where(_c.source == bindparam("source")).order_by(_c.mailbox, _c.key)


async def put(tx: Tx, one: Canned) -> None:
    """Keep these words under that name, in place of others."""
    values = {
        "mailbox": one.mailbox,
        "key": one.key,
        "name": one.name,
        "text": one.text,
        "by": one.by,
        "at": one.at,
        "source": one.source,
        "before": one.before,
    }
    await tx.run(_PUT, values)


async def of(tx: Tx, mailboxes: Sequence[MailboxId]) -> tuple[Canned, ...]:
    """All of these mailboxes by name, those that were removed as well."""
    return tuple(_canned(row) for row in await tx.all(_IN, {"mailboxes": padded(mailboxes)})) if mailboxes else ()


async def by_event(tx: Tx, event: EventId) -> tuple[Canned, ...]:
    """What the command of this message wrote last."""
    return tuple(_canned(row) for row in await tx.all(_BY, {"source": event}))


def _canned(row: Row[Any]) -> Canned:
    return Canned(MailboxId(row.mailbox), row.name, row.text, UserId(row.by), row.at, EventId(row.source), row.before)
