"""Followers of conversations, in the order in which each person's list shows them.

The conversation itself holds its followers; here they are again with what a list is ordered by, so that a list is the
first entries of an index and no conversation is looked at that is not shown.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import MailboxId, UserId
from storage.database import Tx
from storage.schema.threads import followers

WAITING = (Status.ACTIVE, Status.PENDING)
Place = tuple[bool, float, int]
_f = followers.c
_ADD = followers.insert()
_DROP = followers.delete().where(_f.conversation == bindparam("id"))
_KEEP_UP = (
    followers.update()
    .where(_f.conversation == bindparam("id_"))
    .values(mailbox=bindparam("mailbox_"), status=bindparam("status_"), at=bindparam("at_", type_=_f.at.type))
)
_OF = (_f.user == bindparam("user"), _f.mailbox == bindparam("mailbox"), _f.status == bindparam("status"))
_NEWEST = select(_f.conversation, _f.at).where(*_OF).order_by(_f.at.desc()).limit(bindparam("limit"))
_COUNT = select(func.count().label("n")).where(*_OF)


def ordered_by(conversation: Conversation) -> datetime:
    """The time that orders lists: since when a conversation waits, or else when it changed."""
    return conversation.waiting_since if conversation.status in WAITING else conversation.changed_at


async def set_followers(tx: Tx, conversation: Conversation, *, were_others: bool, is_new: bool) -> None:
    """Save a conversation's followers, and its place in their lists."""
    at = {"mailbox": conversation.mailbox, "status": conversation.status.value, "at": ordered_by(conversation)}
    if were_others:
        if not is_new:
            await tx.later(_DROP, {"id": conversation.id})
        people = dict.fromkeys(conversation.followers)
        if people:
            await tx.later(_ADD, *({"user": user, "conversation": conversation.id, **at} for user in people))
    elif conversation.followers:
        await tx.later(_KEEP_UP, {"id_": conversation.id, **{f"{name}_": value for name, value in at.items()}})


def place(status: Status, at: datetime, id: int) -> Place:
    """The place of a conversation in a list: waiting ones first, then the others; the newest on top."""
    return status not in WAITING, -at.timestamp(), -id


async def followed(
    tx: Tx, user: UserId, mailboxes: Sequence[MailboxId], status: Sequence[Status], limit: int
) -> tuple[list[Place], int]:
    """The places of the newest of each mailbox and status, in no order; and how many there are."""
    rows: list[Place] = []
    total = 0
    for mailbox in mailboxes:
        for one in status:
            values: dict[str, object] = {"user": user, "mailbox": mailbox, "status": one.value}
            found = await tx.all(_NEWEST, {**values, "limit": limit})
            rows.extend(place(one, row.at, row.conversation) for row in found)
            counted = await tx.first(_COUNT, values) if len(found) == limit else None
            total += len(found) if counted is None else int(counted.n)
    return rows, total
