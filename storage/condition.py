"""Outages that people were told of, how the mailboxes are doing, and what their pinned messages say of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from bot.domain.calls import Submit
from bot.domain.condition import Condition, FolderCount, MailboxCondition, Outage, StatusShown
from bot.domain.ids import MailboxId, RoomId
from bot.domain.inputs.mail import FolderRole
from bot.domain.kinds import CALLS
from storage import claiming
from storage.batch import padded
from storage.database import Tx
from storage.schema.bookkeeping import folder_counts, mailbox_status, outages, shunted
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
        outbox.c.kind == CALLS[Submit],
        outbox.c.whose.in_(bindparam("mailboxes", expanding=True)),
    )
    .group_by(outbox.c.whose)
)
_ASIDE = select(shunted.c.key)
_n, _w = folder_counts.c, mailbox_status.c
_COUNTED = insert_or_replace(folder_counts)
_COUNTS = (
    select(folder_counts)
    .where(_n.mailbox.in_(bindparam("mailboxes", expanding=True)))
    .order_by(_n.mailbox, _n.at.desc(), _n.folder)
)
NUMBERS = ("on_server", "here", "earlier", "copies", "unread", "missing", "elsewhere")
"""What became of the mails of a folder (`FolderCount`)."""
_KEEP = insert_or_replace(mailbox_status)
_FORGET = mailbox_status.delete().where(_w.mailbox == bindparam("of_mailbox"))
_SHOWN = select(mailbox_status).order_by(_w.mailbox)


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
    return replace(await of_mailboxes(tx, wanted), oldest_due=await claiming.oldest_due(tx, now))


async def of_mailboxes(tx: Tx, wanted: Sequence[MailboxId]) -> Condition:
    """The same without a look at all calls of the house: `oldest_due` is None."""
    waiting: dict[str, int] = {}
    folders: dict[str, list[FolderCount]] = {}
    if wanted:
        for row in await tx.all(_COUNTS, {"mailboxes": padded(wanted)}):
            folders.setdefault(row.mailbox, []).append(_count(row))
        waiting = {row.whose: int(row.n) for row in await tx.all(_WAITING, {"mailboxes": padded(wanted)})}
    figures, aside = [], [str(row.key) for row in await tx.all(_ASIDE)]
    for mailbox in wanted:
        last = await tx.first(_LAST, {"mailbox": mailbox})
        figures.append(
            MailboxCondition(
                mailbox,
                None if last is None else last.date,
                waiting.get(mailbox, 0),
                tuple(folders.get(mailbox, ())),
                sum(key.startswith(f"mail:{mailbox}:") for key in aside),
            )
        )
    return Condition(
        tuple(_outage(row) for row in await tx.all(_ALL)),
        tuple(figures),
        len(aside),
        None,
    )


def _outage(row: Row[Any]) -> Outage:
    return Outage(row.service, row.of, row.reason, row.since)


async def counted(tx: Tx, mailbox: MailboxId, one: FolderCount, at: datetime) -> None:
    """Keep the count of a folder."""
    values: dict[str, object] = {"mailbox": mailbox, "folder": one.folder, "role": one.role.value, "at": at}
    values |= {name: getattr(one, name) for name in NUMBERS}
    await tx.run(_COUNTED, values)


async def shown(tx: Tx) -> tuple[StatusShown, ...]:
    """What the pinned messages of all mailboxes say."""
    return tuple(
        StatusShown(MailboxId(row.mailbox), RoomId(row.room), row.state, row.digest, row.since, row.at)
        for row in await tx.all(_SHOWN)
    )


async def keep_shown(tx: Tx, one: StatusShown) -> None:
    values = {"mailbox": one.mailbox, "room": one.room, "state": one.state, "digest": one.digest}
    await tx.run(_KEEP, {**values, "since": one.since, "at": one.at})


async def drop_shown(tx: Tx, mailbox: MailboxId) -> None:
    await tx.run(_FORGET, {"of_mailbox": mailbox})


def _count(row: Row[Any]) -> FolderCount:
    return FolderCount(row.folder, FolderRole(row.role), **{name: int(getattr(row, name)) for name in NUMBERS})
