"""Teams of mailboxes."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.teams import Team
from storage.batch import padded
from storage.database import Tx
from storage.schema.bookkeeping import teams
from storage.upsert import insert_or_replace

_t = teams.c
_PUT = insert_or_replace(teams)
_IN = select(teams).where(_t.mailbox.in_(bindparam("mailboxes", expanding=True))).order_by(_t.mailbox, _t.key)
_BY = select(teams).where(_t.source == bindparam("source")).order_by(_t.mailbox, _t.key)
_TURN = (
    teams.update()
    .where(_t.mailbox == bindparam("mailbox_"), _t.key == bindparam("key_"), _t.last == bindparam("before_"))
    .values(last=bindparam("who"))
)


async def put(tx: Tx, one: Team) -> None:
    """Keep a team in place of what stood under its name."""
    values = {
        "mailbox": one.mailbox,
        "key": one.key,
        "name": one.name,
        "people": json.dumps(one.people),
        "by": one.by,
        "at": one.at,
        "source": one.source,
        "before": json.dumps(one.before),
        "last": one.last,
    }
    await tx.run(_PUT, values)


async def take_turn(tx: Tx, mailbox: MailboxId, key: str, before: str, who: UserId) -> bool:
    """Remember whose turn it was. False: somebody else's was, since it was read."""
    return bool(await tx.run(_TURN, {"mailbox_": mailbox, "key_": key, "before_": before, "who": who}))


async def of(tx: Tx, mailboxes: Sequence[MailboxId]) -> tuple[Team, ...]:
    """All of these mailboxes by name, those that were removed as well."""
    return tuple(_team(row) for row in await tx.all(_IN, {"mailboxes": padded(mailboxes)})) if mailboxes else ()


async def by_event(tx: Tx, event: EventId) -> tuple[Team, ...]:
    """What the command of this message changed last."""
    return tuple(_team(row) for row in await tx.all(_BY, {"source": event}))


def _team(row: Row[Any]) -> Team:
    return Team(
        mailbox=MailboxId(row.mailbox),
        name=row.name,
        people=tuple(UserId(one) for one in json.loads(row.people)),
        by=UserId(row.by),
        at=row.at,
        source=EventId(row.source),
        before=tuple(UserId(one) for one in json.loads(row.before)),
        last=row.last,
    )
