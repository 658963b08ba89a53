"""Mail addresses of members (`bot/domain/own_addresses.py`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.ids import MailboxId, UserId
from bot.domain.own_addresses import DAY, OwnAddress
from storage.database import Tx
from storage.schema.bookkeeping import own_addresses
from storage.upsert import insert_or_replace

_a = own_addresses.c
_PUT = insert_or_replace(own_addresses)
_EVERY = select(own_addresses).order_by(_a.person, _a.address)
_FORGET_OLD = own_addresses.delete().where(
    _a.confirmed_at.is_(None), _a.since < bindparam("before"), _a.asked_at < bindparam("before")
)


async def every(tx: Tx) -> tuple[OwnAddress, ...]:
    """All of them: they are part of the settings, and read with these."""
    return tuple(_address(row) for row in await tx.all(_EVERY))


async def put(tx: Tx, one: OwnAddress, now: datetime) -> None:
    """Keep it in place of what stood before, and forget what nobody confirmed."""
    values = {
        "person": one.person,
        "address": one.address,
        "mailbox": one.mailbox,
        "source": one.source,
        "asked_at": one.asked_at,
        "tries": one.tries,
        "codes": one.codes,
        "since": one.since,
        "confirmed_at": one.confirmed_at,
        "bounces": one.bounces,
        "returned": " ".join(one.returned),
    }
    await tx.run(_PUT, values)
    await tx.run(_FORGET_OLD, {"before": now - DAY})


def _address(row: Row[Any]) -> OwnAddress:
    return OwnAddress(
        UserId(row.person),
        row.address,
        MailboxId(row.mailbox),
        row.source,
        row.asked_at,
        row.tries,
        row.codes,
        row.since,
        row.confirmed_at,
        row.bounces,
        tuple(row.returned.split()),
    )
