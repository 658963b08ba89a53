"""Members' own lines under their mails, by mailbox."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.own_signature import OwnSignature
from storage.batch import padded
from storage.database import Tx
from storage.schema.bookkeeping import signatures
from storage.upsert import insert_or_replace

_s = signatures.c
_PUT = insert_or_replace(signatures)
_OF = (
    select(signatures)
    .where(_s.mailbox.in_(bindparam("mailboxes", expanding=True)), _s.person == bindparam("person"))
    .order_by(_s.mailbox)
)
_BY = select(signatures).where(_s.source == bindparam("source")).order_by(_s.mailbox)


async def put(tx: Tx, one: OwnSignature) -> None:
    """Keep these lines, in place of others."""
    values = {
        "mailbox": one.mailbox,
        "person": one.person,
        "text": one.text,
        "at": one.at,
        "source": one.source,
        "before": one.before,
    }
    await tx.run(_PUT, values)


async def of(tx: Tx, mailboxes: Sequence[MailboxId], person: UserId) -> tuple[OwnSignature, ...]:
    """Those of a person in these mailboxes, those that were removed as well."""
    if not mailboxes:
        return ()
    return tuple(_signature(row) for row in await tx.all(_OF, {"mailboxes": padded(mailboxes), "person": person}))


async def by_event(tx: Tx, event: EventId) -> tuple[OwnSignature, ...]:
    """What the command of this message wrote last."""
    return tuple(_signature(row) for row in await tx.all(_BY, {"source": event}))


def _signature(row: Row[Any]) -> OwnSignature:
    return OwnSignature(MailboxId(row.mailbox), UserId(row.person), row.text, row.at, EventId(row.source), row.before)
