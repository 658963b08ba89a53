"""What people chose to be told of."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.choices import Choice, Medium, about_of
from bot.domain.ids import EventId, MailboxId, UserId
from storage.database import Tx
from storage.schema.bookkeeping import choices
from storage.upsert import insert_or_replace

_c = choices.c
_PUT = insert_or_replace(choices)
_EVERY = select(choices).order_by(_c.person, _c.mailbox, _c.about)
_FORGET = choices.delete().where(_c.mailbox == bindparam("mailbox_"))


async def every(tx: Tx) -> tuple[Choice, ...]:
    """All of them: they are part of the settings, and read with these."""
    return tuple(_choice(row) for row in await tx.all(_EVERY))


async def put(tx: Tx, one: Choice) -> None:
    """Keep it in place of what was chosen before."""
    values = {
        "person": one.person,
        "mailbox": one.mailbox,
        "about": one.about.value,
        "medium": one.medium.value if one.medium is not None else None,
        "at": one.at,
        "source": one.source,
        "before": one.before.value if one.before is not None else None,
    }
    await tx.run(_PUT, values)


async def forget(tx: Tx, mailbox: MailboxId) -> None:
    """Forget all that was chosen for a mailbox alone."""
    await tx.run(_FORGET, {"mailbox_": mailbox})


def _choice(row: Row[Any]) -> Choice:
    return Choice(
        UserId(row.person),
        MailboxId(row.mailbox),
        about_of(row.about),
        _medium(row.medium),
        row.at,
        EventId(row.source),
        _medium(row.before),
    )


def _medium(word: str | None) -> Medium | None:
    return Medium(word) if word is not None else None
