"""Addresses of one person, by mailbox; and what is listed of all of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, literal_column, select, union_all

from bot.domain.conversation import MOST_EARLIER
from bot.domain.ids import ConversationId, EventId, MailboxId, UserId
from bot.domain.persons import MOST_ADDRESSES, PersonsAddress
from storage.batch import padded
from storage.codec import address_key
from storage.conversations import NEWEST_OF_PERSON
from storage.database import Tx
from storage.schema.bookkeeping import person_notes, persons
from storage.upsert import insert_or_replace

_p = persons.c
_own, _other = persons.alias("own"), persons.alias("other")
_same = (_other.c.mailbox == _own.c.mailbox) & (_other.c.person == _own.c.person)
_PUT = insert_or_replace(persons)
_DROP = persons.delete().where(_p.mailbox == bindparam("mailbox_"), _p.key == bindparam("key_"))
_OF = (
    select(_other)
    .select_from(_own.join(_other, _same))
    .where(
        _own.c.mailbox.in_(bindparam("mailboxes", expanding=True)), _own.c.key.in_(bindparam("keys", expanding=True))
    )
    .distinct()
)
_BY = select(persons).where(_p.event == bindparam("event")).order_by(_p.mailbox, _p.key)
_newest = NEWEST_OF_PERSON.subquery("came")
_n = person_notes.c
_NOTE = (
    select(_n.text)
    .where(_n.mailbox == bindparam("mailbox"), _n.key == bindparam("key"))
    .order_by(_n.at.desc())
    .limit(1)
)
_note = _NOTE.subquery("opened")
_NOTE_OF_ANY = (
    select(_n.text)
    .where(_n.mailbox == bindparam("mailbox"), _n.key.in_(bindparam("keys", expanding=True)))
    .order_by(_n.at.desc())
    .limit(1)
)
_NOTHING: ColumnElement[str] = literal_column("''")
_KNOWN = union_all(
    select(_newest.c.id, _NOTHING.label("key"), _NOTHING.label("note")),
    select(literal_column("0"), _NOTHING, _note.c.text),
    select(literal_column("0"), _other.c.key, _NOTHING)
    .select_from(_own.join(_other, _same))
    .where(_own.c.mailbox == bindparam("mailbox"), _own.c.key == bindparam("key"), _other.c.key != bindparam("key")),
)


async def put(tx: Tx, one: PersonsAddress) -> None:
    """Give an address to a person, whoever it belonged to."""
    values = {
        "mailbox": one.mailbox,
        "key": address_key(one.address),
        "address": one.address,
        "person": one.person,
        "by": one.by,
        "event": one.event,
        "at": one.at,
        "before": one.before,
    }
    await tx.run(_PUT, values)


async def drop(tx: Tx, mailbox: MailboxId, address: str) -> None:
    """Let an address stand alone."""
    await tx.run(_DROP, {"mailbox_": mailbox, "key_": address_key(address)})


async def of(tx: Tx, mailboxes: Sequence[MailboxId], addresses: Sequence[str]) -> tuple[PersonsAddress, ...]:
    """All addresses of the persons to whom one of these belongs, in these mailboxes."""
    if not mailboxes or not addresses:
        return ()
    keys = [address_key(one) for one in addresses]
    rows = await tx.all(_OF, {"mailboxes": padded(mailboxes), "keys": padded(keys)})
    return tuple(sorted((address_from_row(row) for row in rows), key=lambda one: (one.mailbox, one.address)))


async def by_event(tx: Tx, event: EventId) -> tuple[PersonsAddress, ...]:
    """What the command of this message has joined."""
    return tuple(address_from_row(row) for row in await tx.all(_BY, {"event": event}))


async def keys_of(tx: Tx, mailboxes: Sequence[MailboxId], address: str) -> tuple[str, ...]:
    """The keys under which the conversations of a person stand in these mailboxes."""
    known = await of(tx, mailboxes, (address,))
    return tuple(dict.fromkeys((address_key(address), *(address_key(one.address) for one in known))))


async def known_of(tx: Tx, mailbox: MailboxId, address: str) -> tuple[tuple[ConversationId, ...], str]:
    """The newest conversations of a person in a mailbox, and the newest note on them; empty where there is none.

    One look-up where nobody joined addresses.
    """
    values = {"mailbox": mailbox, "limit": MOST_EARLIER}
    own = address_key(address)
    rows = await tx.all(_KNOWN, {**values, "key": own})
    found = {int(row.id) for row in rows if row.id}
    note = next((str(row.note) for row in rows if row.note), "")
    others = [row.key for row in rows if row.key][:MOST_ADDRESSES]
    for key in others:
        found |= {int(row.id) for row in await tx.all(NEWEST_OF_PERSON, {**values, "key": key})}
    if others:
        newest = await tx.first(_NOTE_OF_ANY, {"mailbox": mailbox, "keys": padded([own, *others])})
        note = newest.text if newest is not None else ""
    return tuple(ConversationId(number) for number in sorted(found, reverse=True)[:MOST_EARLIER]), note


def address_from_row(row: Row[Any]) -> PersonsAddress:
    return PersonsAddress(
        MailboxId(row.mailbox), row.address, row.person, UserId(row.by), EventId(row.event), row.at, row.before
    )
