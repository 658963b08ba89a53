"""Figures for those who watch the bot from outside: what waits, by whom it is for, and how the folders stand."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.domain.calls import Priority, Submit
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole
from bot.domain.kinds import CALLS
from storage.condition import NUMBERS
from storage.database import Tx
from storage.schema.bookkeeping import folder_counts
from storage.schema.calls import is_open, outbox
from storage.types import Moment


@dataclass(frozen=True, slots=True)
class Waits:
    """The oldest call of a channel that waits for somebody."""

    channel: str
    whose: str
    """The mailbox that it is for, or the room where it is for none."""
    since: datetime


_o, _f = outbox.c, folder_counts.c
_BEFORE = bindparam("before", type_=Moment)
_DUE = (
    select(_o.channel, _o.whose, func.min(_o.due_at).label("since"))
    .where(is_open(outbox), _o.due_at <= _BEFORE, _o.priority < Priority.DESCRIPTION.value)
    .group_by(_o.channel, _o.whose)
)
_PUT_OFF = (
    select(_o.channel, _o.whose, func.min(_o.first_tried_at).label("since"))
    .where(is_open(outbox), _o.kind == CALLS[Submit], _o.first_tried_at <= _BEFORE)
    .group_by(_o.channel, _o.whose)
)
_FOLDERS = select(_f.mailbox, _f.role, *(func.sum(_f[name]).label(name) for name in NUMBERS)).group_by(
    _f.mailbox, _f.role
)


async def waiting(tx: Tx, before: datetime) -> tuple[Waits, ...]:
    """What has been due since before that time and is not made, and mails to leave whose server has put them off since.

    A mail that was never tried waits for its undo window or its hour: it is none of them.
    """
    oldest: dict[tuple[str, str], datetime] = {}
    for statement in (_DUE, _PUT_OFF):
        for row in await tx.all(statement, {"before": before}):
            key = (row.channel, row.whose)
            oldest[key] = min(row.since, oldest.get(key, row.since))
    return tuple(Waits(channel, whose, since) for (channel, whose), since in sorted(oldest.items()))


async def folders(tx: Tx) -> dict[tuple[MailboxId, FolderRole], Counter[str]]:
    """The mails of all folders of a kind, by mailbox, as they were counted last."""
    return {
        (MailboxId(row.mailbox), FolderRole(row.role)): Counter({name: int(getattr(row, name)) for name in NUMBERS})
        for row in await tx.all(_FOLDERS)
    }
