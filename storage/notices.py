"""Notifications that were mailed, as far as their number counts (`bot/domain/notices.py`)."""

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from bot.domain.ids import MailboxId, UserId
from bot.domain.notices import ANSWERS, DAY, HOUR, MailedOf, Notice, Sent
from storage.database import Tx
from storage.schema.bookkeeping import notices
from storage.schema.threads import conversations
from storage.schema.threads import history as lines
from storage.upsert import insert_or_ignore

_n, _l = notices.c, lines.c
_PUT = insert_or_ignore(notices)
_SENT = select(_n.person, _n.mailbox, _n.conversation, _n.at).where(
    _n.at >= bindparam("since"), or_(_n.person == bindparam("person"), _n.mailbox == bindparam("mailbox"))
)
_answered = (
    select(func.max(_l.at))
    .where(_l.conversation == _n.conversation, _l.action.in_([one.key for one in ANSWERS]))
    .scalar_subquery()
)
_LATELY = (
    select(conversations.c.correspondent_address, _n.at, _answered.label("answered_at"))
    .join(conversations, conversations.c.id == _n.conversation)
    .where(_n.person == bindparam("person"), _n.at >= bindparam("since"), _n.is_of_mails)
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


async def lately(tx: Tx, person: UserId, now: datetime) -> tuple[MailedOf, ...]:
    """Of whose mails the person was mailed within a day, for nothing else."""
    rows = await tx.all(_LATELY, {"since": now - DAY, "person": person})
    return tuple(MailedOf(row.correspondent_address, row.at, row.answered_at) for row in rows)


async def put(tx: Tx, one: Notice) -> None:
    """Keep it, and forget what counts no more."""
    values = {"person": one.person, "mailbox": one.mailbox, "conversation": one.conversation, "at": one.at}
    values["is_of_mails"] = one.is_of_mails
    await tx.run(_PUT, values)
    await tx.run(_FORGET, {"before": one.at - DAY})


def _numbers(times: list[datetime], now: datetime) -> tuple[int, int]:
    return sum(at > now - HOUR for at in times), len(times)
