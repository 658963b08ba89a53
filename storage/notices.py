"""Notifications that were mailed, as far as their number counts (`bot/domain/notices.py`)."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from bot.domain.ids import MailboxId, UserId
from bot.domain.notices import DAY, HOUR, Notice, Sent
from storage.database import Tx
from storage.schema.bookkeeping import notices
from storage.upsert import insert_or_ignore

_n = notices.c
_PUT = insert_or_ignore(notices)
_SENT = select(_n.person, _n.mailbox, _n.conversation, _n.at).where(
    _n.at >= bindparam("since"), or_(_n.person == bindparam("person"), _n.mailbox == bindparam("mailbox"))
)
_FORGET = notices.delete().where(_n.at < bindparam("before"))


async def sent(tx: Tx, person: UserId, mailbox: MailboxId, now: datetime) -> Sent:
    """How many were sent to the person, and from the mailbox."""
    rows = await tx.all(_SENT, {"since": now - DAY, "person": person, "mailbox": mailbox})
    mails = [row for row in rows if row.conversation]
    to_person = [row.at for row in mails if row.person == person]
    from_mailbox = [row.at for row in mails if row.mailbox == mailbox]
    told = [row for row in rows if not row.conversation and row.person == person]
    return Sent(_numbers(to_person, now), _numbers(from_mailbox, now), bool(told))


async def put(tx: Tx, one: Notice) -> None:
    """Keep it, and forget what counts no more."""
    values = {"person": one.person, "mailbox": one.mailbox, "conversation": one.conversation, "at": one.at}
    await tx.run(_PUT, values)
    await tx.run(_FORGET, {"before": one.at - DAY})


def _numbers(times: list[datetime], now: datetime) -> tuple[int, int]:
    return sum(at > now - HOUR for at in times), len(times)
