"""Takes the mails of one folder, oldest first, from where the last run ended, for ever."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import structlog

from bot.domain.conversation import MailRecord
from bot.domain.ids import BlobId
from bot.domain.inputs import MailInput
from bot.domain.inputs.mail import NOT_GIVEN, TOO_BIG, FolderReset, FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.settings import MailboxSettings
from bot.flows.keep.outages import Outages, Service, disk_reason
from bot.flows.pump.census import Census
from bot.flows.pump.kept import read_kept
from bot.flows.pump.owed import MOST, Owed
from bot.flows.step.step import Step
from bot.ports import CredentialsRefused, FetchedMail, FolderMissing, FolderStatus, Gone, Inbox, NotGiven, Unavailable
from bot.reader.reading import Reader
from storage import cursors, mails
from storage.cursors import FolderCursor
from storage.database import Conflict, StorageAway, Tx

_log = structlog.get_logger("mail_in")
IDLE_SECONDS = 270.0
"""RFC 2177 allows 29 minutes; servers and NATs in between are less patient."""
_OLD = timedelta(days=1)
"""A mail that is older than this when its folder is read for the first time is backlog: posted without a sound."""
_AT_ONCE = 16
_LOOKED_AT = 5
"""Known mails that are looked at to see whether a folder is still numbered as it was."""
_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
_REACHED_PAUSE = 5.0
_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Start = Literal["new", "all"] | date
Waiting = tuple[MailInput, Callable[[Tx], Awaitable[None]]]


@dataclass(slots=True)
class MailPump:
    """One folder of one mailbox."""

    mailbox: MailboxSettings
    folder: str
    role: FolderRole
    inbox: Inbox
    start: Start
    """The earlier mails that become threads at the first start."""
    step: Step
    reader: Reader
    scratch: Path
    outages: Outages
    _asks_ids: bool = True
    _was_reached: bool = False
    _owed: Owed = field(default_factory=Owed)
    _census: Census = field(init=False)
    _began: FolderCursor | None = None
    """The position of the folder at a first start."""

    def __post_init__(self) -> None:
        self._census = Census(self.mailbox.id, self.folder, self.role, self.inbox, self.step)

    @property
    def service(self) -> Service:
        return Service("imap", self.mailbox.id, self.folder)

    async def run(self) -> None:
        """Until cancelled; comes back by itself from every outage."""
        failures = 0
        while True:
            reason, pause = "", 0.0
            self._was_reached = False
            try:
                await self._serve()
            except Unavailable as away:
                reason = away.reason
            except CredentialsRefused:
                # Each wrong try counts against us at the provider.
                reason, pause = "credentials", 300.0
            except FolderMissing:
                reason, pause = "folder_missing", 60.0
            except (StorageAway, Conflict):
                reason = "storage"
            except OSError as refused:
                # The disk: what was not written is fetched again.
                reason = disk_reason(refused)
            finally:
                await self.inbox.close()
            was_up = self.service not in self.outages.away
            failures = 1 if was_up else failures + 1
            await self.outages.went_away(self.service, reason)
            pause = pause or _PAUSES[min(failures, len(_PAUSES)) - 1]
            if self._was_reached and reason != "credentials":
                # The server is there: owed mails are asked for again before anybody waits for long.
                pause = min(pause, _REACHED_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))

    async def _serve(self) -> None:
        cursor = await self.open()
        self._was_reached = True
        await self.count(cursor)
        while True:
            before = cursor
            cursor = await self.catch_up(cursor)
            await self.count(cursor)
            await self.inbox.wait(IDLE_SECONDS)
            cursor = await self.look(cursor, is_quiet=cursor == before)

    async def open(self) -> FolderCursor:
        """Open the folder, and take what was asked for by date where this is its first start or it was reset.

        Raises:
            Unavailable, CredentialsRefused, FolderMissing
        """
        status = await self.inbox.open()
        cursor, wanted = await self._cursor(status)
        return await self._take(wanted, cursor) if wanted else cursor

    async def look(self, cursor: FolderCursor, *, is_quiet: bool = True) -> FolderCursor:
        """The place to go on from in an open folder; its beginning where the folder was numbered anew meanwhile.

        Args:
            is_quiet: there is time to look at the mails that are known, too.

        Raises:
            Unavailable, CredentialsRefused, FolderMissing
        """
        status = await self.inbox.look()
        # Woken, and yet nothing above the cursor: a mail may stand where we have read another.
        is_quiet = is_quiet or status.uidnext <= cursor.uid + 1
        if self._counts_lower(status, cursor) or (is_quiet and await self._has_others(cursor)):
            return await self.open()
        return cursor

    async def count(self, cursor: FolderCursor) -> None:
        """Count the mails of the folder, from time to time. Raises: Unavailable, StorageAway, Conflict."""
        await self._census.take(cursor)

    async def catch_up(self, cursor: FolderCursor) -> FolderCursor:
        """Take all that lies above the cursor, also what comes meanwhile. Raises: Unavailable."""
        while uids := await self.inbox.uids_above(cursor.uid):
            before, cursor = cursor, await self._take(uids, cursor)
            if cursor == before:
                break
        await self.outages.came_back(self.service)
        while (uid := self._owed.take_due(self.step.clock.now())) is not None:
            await self._ask_again(uid, cursor)
        return cursor

    async def _ask_again(self, uid: int, cursor: FolderCursor) -> None:
        """Ask once more for a mail that was announced without its bytes. Raises: Unavailable."""
        async for answer in self.inbox.fetch((uid,), self.scratch):
            if isinstance(answer, Gone):
                self._owed.settled(uid)
            elif isinstance(answer, FetchedMail) and answer.raw is not None:
                late = await self._input(answer, cursor)
                if isinstance(late, MailArrived):
                    late = replace(late, is_late=True)
                await self.step.take(late)
                self._owed.settled(uid)

    async def _cursor(self, status: FolderStatus) -> tuple[FolderCursor, tuple[int, ...] | None]:
        """The cursor to go on from, with the first UIDs to take if they are not simply those above."""
        async with self.step.database.read() as tx:
            known = await cursors.folder(tx, self.mailbox.id, self.folder)
        now = self.step.clock.now()
        if known is None:
            return await self._first(status, now)
        if not self._counts_lower(status, known) and not await self._has_others(known):
            async with self.step.database.read() as tx:
                place = (self.mailbox.id, self.folder, known.uidvalidity)
                self._owed.add(await mails.without_bytes(tx, *place, MOST), now)
            return known, None
        self._owed.clear()
        # What is there is looked through again: known mails are recognised by their bytes or their Message-ID.
        fresh, wanted = replace(known, uidvalidity=status.uidvalidity, uid=0), None
        if known.floor > _BEGINNING:
            fresh, wanted = await self._since(status, known.floor, known.begun)
        _log.warning("folder_reset", folder_role=self.role.value)
        reset = FolderReset(self.mailbox.id, self.folder, known.uidvalidity, status.uidvalidity, now)
        await self.step.take(reset, self._saved(fresh))
        return fresh, wanted

    def _counts_lower(self, status: FolderStatus, cursor: FolderCursor) -> bool:
        """Whether the UIDs that we have read say nothing any more: another UIDVALIDITY, or a restored folder."""
        return status.uidvalidity != cursor.uidvalidity or 0 < status.uidnext <= cursor.uid

    async def _has_others(self, cursor: FolderCursor) -> bool:
        """Whether other mails stand where we have read some: a restored folder has grown past the cursor since."""
        async with self.step.database.read() as tx:
            placed = await mails.newest_places(tx, self.mailbox.id, self.folder, cursor.uidvalidity, _LOOKED_AT)
        if not placed:
            return False
        received = await self.inbox.received([one.uid for one in placed])
        # A copy that was put there otherwise has another date, too: then its Message-ID tells.
        dated = [one for one in placed if one.message_id and int((_at(received, one) - one.date).total_seconds())]
        if not dated or not self._asks_ids:
            return False
        # Never twice where a connection broke at it: for this, mails are opened that may be broken.
        self._asks_ids = False
        ids = await self.inbox.message_ids([one.uid for one in dated])
        self._asks_ids = True
        return any(not _is_same_id(ids[one.uid], one.message_id) for one in dated if one.uid in ids)

    async def _since(
        self, status: FolderStatus, floor: datetime, begun: datetime
    ) -> tuple[FolderCursor, tuple[int, ...]]:
        """Mails that arrived since; the cursor stands just below the first, so that a crash brings in no older ones."""
        wanted = await self.inbox.uids_since(floor)
        below = min(wanted) - 1 if wanted else await self._top(status)
        return FolderCursor(status.uidvalidity, below, floor, begun), wanted

    async def _top(self, status: FolderStatus) -> int:
        if status.uidnext > 0:
            return status.uidnext - 1
        return max(await self.inbox.uids_above(0), default=0)

    async def _first(self, status: FolderStatus, now: datetime) -> tuple[FolderCursor, tuple[int, ...] | None]:
        wanted: tuple[int, ...] | None = None
        match self.start:
            case "all":
                cursor = FolderCursor(status.uidvalidity, 0, _BEGINNING, now)
            case "new":
                # A commit may fail: what comes until the next one succeeds is new as well.
                if self._began is None or self._began.uidvalidity != status.uidvalidity:
                    self._began = FolderCursor(status.uidvalidity, await self._top(status), now, now)
                cursor = self._began
            case day:
                floor = datetime.combine(day, datetime.min.time(), now.tzinfo)
                cursor, wanted = await self._since(status, floor, now)
        save = self._saved(cursor)
        async with self.step.database.write() as tx:
            await save(tx)
        return cursor, wanted

    def _saved(self, cursor: FolderCursor) -> Callable[[Tx], Awaitable[None]]:
        async def save(tx: Tx) -> None:
            await cursors.set_folder(tx, self.mailbox.id, self.folder, cursor)

        return save

    async def _take(self, uids: tuple[int, ...], cursor: FolderCursor) -> FolderCursor:
        """Take these, which ascend. The cursor stops at the last that the server has given, or owes us.

        What has gone meanwhile is not passed: where the folder was put back just now, its UID is given again.

        Raises:
            Unavailable: after what came before it was taken.
        """
        waiting: list[Waiting] = []
        try:
            async for answer in self.inbox.fetch(uids, self.scratch):
                if isinstance(answer, Gone):
                    continue
                cursor = replace(cursor, uid=max(cursor.uid, answer.uid))
                if isinstance(answer, NotGiven):
                    self._owed.add([answer.uid], self.step.clock.now())
                waiting.append((await self._input(answer, cursor), self._saved(cursor)))
                if len(waiting) >= _AT_ONCE:
                    await self.step.take_all(waiting)
                    waiting.clear()
        except Unavailable:
            # What the server has given does not wait for what it did not give.
            await self.step.take_all(waiting)
            raise
        await self.step.take_all(waiting)
        return cursor

    async def _input(self, fetched: FetchedMail | NotGiven, cursor: FolderCursor) -> MailInput:
        place = MailPlace(self.mailbox.id, self.folder, cursor.uidvalidity, fetched.uid, self.role)
        if isinstance(fetched, NotGiven):
            head = await self.reader.head(fetched.head)
            return MailUnreadable(place, head, None, fetched.size or 0, fetched.received_at, NOT_GIVEN)
        if fetched.raw is None:
            head = await self.reader.beginning(fetched.head)
            return MailUnreadable(place, head, None, fetched.size, fetched.received_at, TOO_BIG)
        blobs = self.step.blobs
        blob = await (blobs.adopt(fetched.raw) if isinstance(fetched.raw, Path) else blobs.put(fetched.raw))
        mail, failed = await read_kept(self.reader, blobs, blob)
        if failed:
            return MailUnreadable(place, mail, BlobId(blob), fetched.size, fetched.received_at, failed)
        is_backlog = cursor.begun - fetched.received_at > _OLD and self.start != "new"
        return MailArrived(place, mail, BlobId(blob), fetched.size, fetched.received_at, is_backlog)


def _at(received: Mapping[int, datetime], placed: MailRecord) -> datetime:
    return received.get(placed.uid, placed.date)


def _is_same_id(said: str, known: str) -> bool:
    """Servers and our reader cut a broken field at other places."""
    return said in known or known in said
