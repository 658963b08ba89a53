"""What became of each mailbox: how it was set up, by whom and when, and its servers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.audited import Act, Audited, AuditLine
from bot.domain.ids import MailboxId, UserId
from storage.batch import padded
from storage.database import Tx
from storage.schema.bookkeeping import audits

_ADD = audits.insert()
_NEWEST = (
    select(audits)
    .where(audits.c.mailbox.in_(bindparam("mailboxes", expanding=True)))
    .order_by(audits.c.id.desc())
    .limit(bindparam("most"))
)
_OF_PEOPLE = _NEWEST.where(audits.c.by.is_not(None))


async def add(tx: Tx, one: Audited, at: datetime) -> None:
    """Keep a change."""
    values = {"mailbox": one.mailbox, "act": one.act.value, "detail": one.detail, "by": one.by, "at": at}
    await tx.later(_ADD, values)


async def newest(tx: Tx, mailboxes: Sequence[MailboxId], most: int, *, of_people: bool) -> tuple[AuditLine, ...]:
    """What became of these mailboxes, the newest first."""
    rows = (
        await tx.all(_OF_PEOPLE if of_people else _NEWEST, {"mailboxes": padded(mailboxes), "most": most})
        if mailboxes
        else ()
    )
    return tuple(
        AuditLine(
            Audited(MailboxId(row.mailbox), Act(row.act), row.detail, None if row.by is None else UserId(row.by)),
            row.at,
        )
        for row in rows
    )
