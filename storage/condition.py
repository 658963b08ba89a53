"""Outages that people were told of, and how the mailboxes are doing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from bot.domain.condition import Condition, MailboxCondition, Outage
from bot.domain.ids import MailboxId
from storage import claiming
from storage.batch import padded
from storage.database import Tx
from storage.schema.bookkeeping import outages, shunted
from storage.schema.calls import is_unfinished, outbox
from storage.schema.threads import CAME, mails
from storage.upsert import insert_or_replace

_u = outages.c
_PUT = insert_or_replace(outages)
_DROP = outages.delete().where(_u.service == bindparam("of_service"), _u.of == bindparam("of_what"))
_DROP_UNUSED = outages.delete().where(_u.of != "", _u.of.not_in(bindparam("used", expanding=True)))
_ONE = select(outages).where(_u.service == bindparam("service"), _u.of == bindparam("of"))
_ALL = select(outages).order_by(_u.since, _u.service, _u.of)
_LAST = select(mails.c.date).where(mails.c.mailbox == bindparam("mailbox"), CAME).order_by(mails.c.date.desc()).limit(1)
_WAITING = (
    select(outbox.c.whose, func.count().label("n"))
    .where(
        is_unfinished(outbox),
        outbox.c.kind == "SendMail",
        outbox.c.whose.in_(bindparam("mailboxes", expanding=True)),
    )
    .group_by(outbox.c.whose)
)
_ASIDE = select(func.count().label("n")).select_from(shunted)


async def begin(tx: Tx, one: Outage) -> None:
    """Keep an outage; of a server that is away already it is the same one, for another reason."""
    await tx.run(_PUT, {"service": one.service, "of": one.of, "reason": one.reason, "since": one.since})


async def end(tx: Tx, service: str, of: str) -> None:
    await tx.run(_DROP, {"of_service": service, "of_what": of})


async def end_unused(tx: Tx, used: Sequence[str]) -> None:
    """Forget the outages of mailboxes and rooms that are no longer among these: nobody hears of their end."""
    await tx.run(_DROP_UNUSED, {"used": used})


async def outage(tx: Tx, service: str, of: str) -> Outage | None:
    """The outage of a server that people were told of last, and not of its end."""
    row = await tx.first(_ONE, {"service": service, "of": of})
    return None if row is None else _outage(row)


async def condition(tx: Tx, wanted: Sequence[MailboxId], now: datetime) -> Condition:
    """How the house and these mailboxes are doing."""
    waiting: dict[str, int] = {}
    if wanted:
        waiting = {row.whose: int(row.n) for row in await tx.all(_WAITING, {"mailboxes": padded(wanted)})}
    figures = []
    for mailbox in wanted:
        last = await tx.first(_LAST, {"mailbox": mailbox})
        figures.append(MailboxCondition(mailbox, None if last is None else last.date, waiting.get(mailbox, 0)))
    aside = await tx.first(_ASIDE)
    return Condition(
        tuple(_outage(row) for row in await tx.all(_ALL)),
        tuple(figures),
        0 if aside is None else int(aside.n),
        await claiming.oldest_due(tx, now),
    )


def _outage(row: Row[Any]) -> Outage:
    return Outage(row.service, row.of, row.reason, row.since)
