"""Notes on people, by mailbox: a person's are those on any of their addresses."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.persons import PersonNote
from storage import persons
from storage.batch import padded
from storage.codec import address_key
from storage.database import Tx
from storage.schema.bookkeeping import person_notes
from storage.upsert import insert_or_replace

_n = person_notes.c
_PUT = insert_or_replace(person_notes)
_DROP = person_notes.delete().where(_n.mailbox == bindparam("mailbox_"), _n.event == bindparam("event_"))
_OF = select(person_notes).where(
    _n.mailbox.in_(bindparam("mailboxes", expanding=True)), _n.key.in_(bindparam("keys", expanding=True))
)
_BY = select(person_notes).where(_n.event == bindparam("event"))


async def put(tx: Tx, one: PersonNote) -> None:
    """Keep a note, in place of what its message said before."""
    values = {
        "mailbox": one.mailbox,
        "event": one.event,
        "key": address_key(one.address),
        "address": one.address,
        "text": one.text,
        "by": one.by,
        "at": one.at,
    }
    await tx.run(_PUT, values)


async def drop(tx: Tx, mailbox: MailboxId, event: EventId) -> None:
    """Forget a note."""
    await tx.run(_DROP, {"mailbox_": mailbox, "event_": event})


async def of(tx: Tx, mailboxes: Sequence[MailboxId], address: str) -> tuple[PersonNote, ...]:
    """The notes on a person in these mailboxes, the oldest first."""
    if not mailboxes:
        return ()
    keys = await persons.keys_of(tx, mailboxes, address)
    rows = await tx.all(_OF, {"mailboxes": padded(mailboxes), "keys": padded(keys)})
    return tuple(sorted((_note(row) for row in rows), key=lambda one: (one.at, one.event)))


async def by_event(tx: Tx, event: EventId) -> tuple[PersonNote, ...]:
    """The note that a message is."""
    return tuple(_note(row) for row in await tx.all(_BY, {"event": event}))


def _note(row: Row[Any]) -> PersonNote:
    return PersonNote(MailboxId(row.mailbox), row.address, row.text, UserId(row.by), EventId(row.event), row.at)
