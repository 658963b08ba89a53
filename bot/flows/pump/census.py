"""Counts the mails of a folder on its server, and what became of each here: the proof that none is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.condition import FolderCount
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole, MailPlace, mail_key
from bot.flows.step.step import Step
from bot.ports import Inbox
from storage import condition, mails, seen
from storage.cursors import FolderCursor

_PAUSE: Final = timedelta(minutes=10)
_LONG_PAUSE: Final = timedelta(hours=1)
_LARGE: Final = 20_000
"""Mails from which on a folder is counted more seldom."""
_AT_ONCE: Final = 5_000
_LOOKED_UP: Final = 500
"""Mails whose Message-ID is asked for at one count: the newest without a place here. More of them count as copies."""
_IDS_AT_ONCE: Final = 100
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Census:
    """The counts of one folder. It asks the server for UIDs, and for the Message-IDs of those few that have no place
    here; no mail is opened."""

    mailbox: MailboxId
    folder: str
    role: FolderRole
    inbox: Inbox
    step: Step
    _next: datetime | None = None
    _asks_ids: bool = True
    _was_reading: bool = False
    """At the last count mails were there that had not been read yet."""

    async def take(self, cursor: FolderCursor) -> None:
        """Count, unless that was done a moment ago. Raises: Unavailable, StorageAway, Conflict."""
        now = self.step.clock.now()
        if self._next is not None and now < self._next and not self._was_reading:
            return
        # Also where it fails: reading mail comes first.
        self._next = now + _PAUSE
        uids = await self.inbox.uids()
        if len(uids) > _LARGE:
            self._next = now + _LONG_PAUSE
        found = await self._count(uids, cursor)
        self._was_reading = found.unread > 0
        async with self.step.database.write() as tx:
            await condition.counted(tx, self.mailbox, found, now)

    async def _count(self, uids: Sequence[int], cursor: FolderCursor) -> FolderCount:
        read = [uid for uid in uids if uid <= cursor.uid]
        here: set[int] = set()
        for start in range(0, len(read), _AT_ONCE):
            part = read[start : start + _AT_ONCE]
            async with self.step.database.glance() as tx:
                placed = await mails.placed(tx, self.mailbox, self.folder, cursor.uidvalidity, (part[0], part[-1]))
            here |= placed.intersection(part)
        others = [uid for uid in read if uid not in here]
        wanted = await self._since(cursor, others)
        counts = FolderCount(
            self.folder,
            self.role,
            on_server=len(uids),
            here=len(here),
            earlier=len(others) - len(wanted),
            unread=len(uids) - len(read),
        )
        if self.role is FolderRole.SENT:
            return replace(counts, elsewhere=len(wanted))
        unknown = await self._unknown(wanted)
        decided = await self._decided(unknown, cursor)
        missing = len(unknown) - decided
        return replace(counts, copies=len(wanted) - len(unknown), missing=missing, elsewhere=decided)

    async def _since(self, cursor: FolderCursor, others: Sequence[int]) -> list[int]:
        """Those that came after the time since which mails are brought in. Servers search by whole days, and in the
        time zone of each mail: a mail of the first day counts as an earlier one."""
        if not others or cursor.floor.year == 1970:
            return list(others)
        since = frozenset(await self.inbox.uids_since(cursor.floor + _DAY))
        return [uid for uid in others if uid in since]

    async def _decided(self, uids: Sequence[int], cursor: FolderCursor) -> int:
        """How many of these were decided, and are nowhere here because that was decided."""
        received = await self.inbox.received(uids) if uids else {}
        keys = [
            mail_key(MailPlace(self.mailbox, self.folder, cursor.uidvalidity, uid, self.role), at)
            for uid, at in received.items()
        ]
        if not keys:
            return 0
        async with self.step.database.glance() as tx:
            return sum([await seen.was_seen(tx, key) for key in keys])

    async def _unknown(self, uids: Sequence[int]) -> list[int]:
        """Those of these that are no copies of mails that are here."""
        unknown = list[int]()
        if not self._asks_ids:
            return unknown
        asked = list(uids[-_LOOKED_UP:])
        for start in range(0, len(asked), _IDS_AT_ONCE):
            # Never twice where a connection broke at it: for this, mails are opened that may be broken.
            self._asks_ids = False
            ids = await self.inbox.message_ids(asked[start : start + _IDS_AT_ONCE])
            self._asks_ids = True
            async with self.step.database.glance() as tx:
                known = await mails.known_ids(tx, self.mailbox, list(ids.values()))
            # Our own test mails are meant to be nowhere here.
            unknown += [uid for uid, id in ids.items() if id not in known and self.step.signer.trip_of(id) is None]
        return unknown
