"""Lists of conversations by a word that several may bear: a follower, a tag, who keeps them at hand.

The conversation itself holds its words; here they are again with what a list is ordered by, so that a list is the
first entries of an index and no conversation is looked at that is not shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Table, bindparam, func, select

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import MailboxId
from storage.database import Tx
from storage.schema.threads import followers, starred, tagged

WAITING = (Status.ACTIVE, Status.PENDING)
Place = tuple[bool, float, int]
"""Sorted, they are in the order of a list; the last one is the number, negative."""
MOST_COUNTED: Final = 10_000
"""So far a list is counted: no title is worth more reading."""


class List:
    """A table of conversations by a word of theirs, which stands in the column `word`."""

    def __init__(self, table: Table, word: str) -> None:
        c, self.table, self.word = table.c, table, word
        of = (c[word] == bindparam("word"), c.mailbox == bindparam("mailbox"), c.status == bindparam("status"))
        at = {"mailbox": bindparam("mailbox_"), "status": bindparam("status_"), "at": bindparam("at_", type_=c.at.type)}
        self._add = table.insert()
        self._drop = table.delete().where(c.conversation == bindparam("id"))
        self._keep_up = table.update().where(c.conversation == bindparam("id_")).values(**at)
        self._newest = select(c.conversation, c.at).where(*of).order_by(c.at.desc()).limit(bindparam("limit"))
        some = select(c.conversation).where(*of).limit(MOST_COUNTED).subquery("counted")
        self._count = select(func.count().label("n")).select_from(some)

    async def keep(
        self, tx: Tx, conversation: Conversation, words: Sequence[str], *, were_others: bool, is_new: bool
    ) -> None:
        """Save a conversation's words, and its place in their lists."""
        at = {"mailbox": conversation.mailbox, "status": conversation.status.value, "at": ordered_by(conversation)}
        if were_others:
            if not is_new:
                await tx.later(self._drop, {"id": conversation.id})
            kept = dict.fromkeys(words)
            if kept:
                rows = ({self.word: word, "conversation": conversation.id, **at} for word in kept)
                await tx.later(self._add, *rows)
        elif words:
            await tx.later(self._keep_up, {"id_": conversation.id, **{f"{name}_": value for name, value in at.items()}})

    async def places(
        self, tx: Tx, word: str, mailboxes: Sequence[MailboxId], status: Sequence[Status], limit: int
    ) -> tuple[list[Place], int]:
        """The places of the newest of each mailbox and status, in no order; and how many there are, counted up to
        `MOST_COUNTED` of each.
        """
        rows: list[Place] = []
        total = 0
        for mailbox in mailboxes:
            for one in status:
                values: dict[str, object] = {"word": word, "mailbox": mailbox, "status": one.value}
                found = await tx.all(self._newest, {**values, "limit": limit})
                rows.extend(place(one, row.at, row.conversation) for row in found)
                counted = await tx.first(self._count, values) if len(found) == limit else None
                total += len(found) if counted is None else int(counted.n)
        return rows, total


FOLLOWED: Final = List(followers, "user")
TAGGED: Final = List(tagged, "tag")
STARRED: Final = List(starred, "user")


def ordered_by(conversation: Conversation) -> datetime:
    """The time that orders lists: since when a conversation waits, or else when it changed."""
    return conversation.waiting_since if conversation.status in WAITING else conversation.changed_at


def place(status: Status, at: datetime, id: int) -> Place:
    """The place of a conversation in a list: waiting ones first, then the others; the newest on top."""
    return status not in WAITING, -at.timestamp(), -id
