"""Rules of the house of each mailbox."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Text, bindparam, exists, literal, select, true, union_all

from bot.domain.house_rules import HouseRule
from bot.domain.ids import EventId, MailboxId, UserId
from storage.batch import padded
from storage.codec import text_key
from storage.database import Tx
from storage.schema.bookkeeping import blocked, house_rules
from storage.types import EPOCH, Moment, Number
from storage.upsert import insert_or_replace

_h = house_rules.c
_PUT = insert_or_replace(house_rules)
_DROP = house_rules.delete().where(_h.mailbox == bindparam("mailbox_"), _h.number == bindparam("number_"))
_IN = select(house_rules).where(_h.mailbox.in_(bindparam("mailboxes", expanding=True))).order_by(_h.number, _h.mailbox)
_BY = select(house_rules).where(_h.source == bindparam("source")).order_by(_h.mailbox, _h.number)
_IS_BLOCKED = exists().where(
    blocked.c.mailbox == bindparam("mailbox"), blocked.c.key.in_(bindparam("keys", expanding=True))
)
_BLOCKED = select(
    literal(0, Number), literal("", Text), literal("", Text), literal(EPOCH, Moment), literal("", Text)
).where(_IS_BLOCKED)
_STANDING = union_all(
    select(_h.number, _h.said, _h.by, _h.at, _h.source).where(_h.mailbox == bindparam("mailbox"), _h.is_on == true()),
    _BLOCKED,
)
"""One question for a mail: a row for each rule, and one of number 0 where its sender is blocked."""


async def put(tx: Tx, one: HouseRule) -> None:
    """Keep a rule in place of that of its number."""
    values = {
        "mailbox": one.mailbox,
        "number": one.number,
        "said": one.said,
        "is_on": one.is_on,
        "by": one.by,
        "at": one.at,
        "source": one.source,
    }
    await tx.run(_PUT, values)


async def drop(tx: Tx, mailbox: MailboxId, number: int) -> None:
    """Forget a rule."""
    await tx.run(_DROP, {"mailbox_": mailbox, "number_": number})


async def of(tx: Tx, mailboxes: Sequence[MailboxId]) -> tuple[HouseRule, ...]:
    """All rules of these mailboxes, by number."""
    rows = await tx.all(_IN, {"mailboxes": padded(mailboxes)}) if mailboxes else ()
    return tuple(_rule(row, MailboxId(row.mailbox), is_on=row.is_on) for row in rows)


async def by_event(tx: Tx, event: EventId) -> tuple[HouseRule, ...]:
    """The rules that the command of this message made."""
    rows = await tx.all(_BY, {"source": event})
    return tuple(_rule(row, MailboxId(row.mailbox), is_on=row.is_on) for row in rows)


async def standing(tx: Tx, mailbox: MailboxId, keys: Sequence[str]) -> tuple[bool, tuple[HouseRule, ...]]:
    """Whether one of these addresses and domains is blocked; and the rules that are on, by number."""
    rows = await tx.all(_STANDING, {"mailbox": mailbox, "keys": padded([text_key(key) for key in keys] or [""])})
    on = sorted((_rule(row, mailbox, is_on=True) for row in rows if row.number), key=lambda one: one.number)
    return any(not row.number for row in rows), tuple(on)


def _rule(row: Row[Any], mailbox: MailboxId, *, is_on: bool) -> HouseRule:
    return HouseRule(mailbox, row.number, row.said, bool(is_on), UserId(row.by), row.at, EventId(row.source))
