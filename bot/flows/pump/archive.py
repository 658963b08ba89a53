"""Brings in the mails of an archive, some to a commit, each by the reader that reads those that arrive.

It may be killed at any moment and started again: what was decided is known by its bytes, and neither read nor kept
again. A bot may work on the same database meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.ids import BlobId, ConversationId
from bot.domain.inputs import Input
from bot.domain.inputs.imported import MailImported
from bot.domain.inputs.mail import TOO_BIG, FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Mail
from bot.domain.rules.weight import is_ours
from bot.domain.sentences import Sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import row_of
from bot.flows.pump.kept import read_kept
from bot.flows.pump.left_out import IsErased, LeftOut
from bot.flows.step.step import Step
from bot.reader.reading import Reader
from storage import mails, seen
from storage.blobs import name_of

_AT_ONCE: Final = 16
_PAUSE: Final = 0.01
"""Seconds between two commits: a bot beside us has its turn at the database."""
MOST_NAMED: Final = 1000
"""Mails without a place whose place in the archive is kept."""
NO_MAIL: Final = "no_mail"
"""The reason of a file that is none: no sender, no date, no subject, no id."""
THROWN_AWAY: Final = "thrown_away"
"""The reason of a mail that somebody had thrown away: nobody misses it."""
ASIDE: Final = "error"
"""The reason of a mail that could not be decided: it is put aside, as any other."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mail in an archive."""

    place: Sentence
    """Its place there; nothing of the mail itself."""
    size: int
    at: datetime | None
    """The time that the archive knows of it."""
    raw: bytes | None
    """None where it is not brought in."""
    reason: str = TOO_BIG
    """Why it is not."""


@dataclass(slots=True)
class Tally:
    """What became of the mails of an archive."""

    brought: int = 0
    before: int = 0
    """Brought in by an earlier run."""
    known: int = 0
    """Copies of mails that are there already, however they came."""
    heads: int = 0
    """Of those brought in: by their headers alone, because the rest could not be read."""
    erased: int = 0
    """Left out: of somebody who was erased after their time."""
    thrown_away: int = 0
    """Left out: their owner had thrown them away."""
    unplaced: int = 0
    conversations: set[ConversationId] = field(default_factory=set)
    """Those that the mails are in which were brought in now."""
    named: list[tuple[Sentence, str]] = field(default_factory=list)
    """Place and reason of what has no place, or is there by its headers alone."""

    left_unnamed: int = 0
    """Those beyond the ones that are named."""

    @property
    def done(self) -> int:
        return self.brought + self.before + self.known + self.erased + self.thrown_away + self.unplaced

    def leaves_out(self, place: Sentence, reason: str) -> None:
        if reason == THROWN_AWAY:
            self.thrown_away += 1
        else:
            self.unplaced += 1
        self.names(place, reason)

    def names(self, place: Sentence, reason: str) -> None:
        if len(self.named) < MOST_NAMED:
            self.named.append((place, reason))
        else:
            self.left_unnamed += 1


@dataclass(slots=True)
class ArchivePump:
    """One archive on its way into one mailbox."""

    mailbox: MailboxSettings
    step: Step
    reader: Reader
    told: Callable[[Tally], None]
    """Called after each commit."""
    is_erased: IsErased | None = None
    tally: Tally = field(default_factory=Tally)
    _aside: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.step.measure = self._measured

    async def take(self, archive: AsyncIterator[Found]) -> Tally:
        """Bring in all of it.

        Raises:
            OSError, StorageAway
        """
        waiting: list[tuple[Found, MailImported]] = []
        seen_here: set[str] = set()
        async for found in archive:
            one = await self._input(found, seen_here)
            if one is not None:
                waiting.append((found, one))
            if len(waiting) >= _AT_ONCE:
                await self._decide(waiting)
                waiting.clear()
        await self._decide(waiting)
        return self.tally

    async def _input(self, found: Found, seen_here: set[str]) -> MailImported | None:
        """The input of a mail; None where it is settled already."""
        if found.raw is None:
            self.tally.leaves_out(found.place, found.reason)
            return None
        blob = await asyncio.to_thread(name_of, found.raw)
        place = MailPlace(self.mailbox.id, "", 0, 0, FolderRole.INBOX)
        now = self.step.clock.now()
        plain = MailImported(MailArrived(place, Mail(), blob, found.size, now))
        if plain.key in seen_here or await self._was_decided(plain):
            return None
        seen_here.add(plain.key)
        if await self._is_erased(found.raw, found.at, now):
            self.tally.erased += 1
            return None
        await self.step.blobs.put(found.raw)
        mail, failed = await read_kept(self.reader, self.step.blobs, blob)
        if not (mail.from_ or mail.date or mail.subject or mail.message_id):
            self.tally.leaves_out(found.place, failed or NO_MAIL)
            return None
        if is_ours(mail, self.mailbox.own_addresses):
            place = MailPlace(self.mailbox.id, "", 0, 0, FolderRole.SENT)
        at = mail.date or found.at or now
        if failed:
            self.tally.heads += 1
            self.tally.names(found.place, failed)
            return MailImported(MailUnreadable(place, mail, BlobId(blob), found.size, at, failed))
        return MailImported(MailArrived(place, mail, BlobId(blob), found.size, at, is_backlog=True))

    async def _is_erased(self, raw: bytes, at: datetime | None, now: datetime) -> bool:
        if self.is_erased is None:
            return False
        return await LeftOut(self.reader, self.mailbox.own_addresses, self.is_erased).has(raw, at, now)

    async def _was_decided(self, one: MailImported) -> bool:
        async with self.step.database.read() as tx:
            if not await seen.was_seen(tx, one.key):
                return False
            is_there = await mails.get(tx, row_of(one.key)) is not None
        self.tally.before += is_there
        self.tally.known += not is_there
        return True

    async def _decide(self, waiting: list[tuple[Found, MailImported]]) -> None:
        if waiting:
            await self.step.take_all([(one, None) for _, one in waiting])
            rows = {row_of(one.key): found for found, one in waiting}
            async with self.step.database.read() as tx:
                kept = {record.row: record for record in await mails.several(tx, tuple(rows))}
            for found, one in waiting:
                record = kept.get(row_of(one.key))
                if record is not None:
                    self.tally.brought += 1
                    self.tally.conversations.add(record.conversation)
                elif one.key in self._aside:
                    self.tally.leaves_out(found.place, ASIDE)
                else:
                    self.tally.known += 1
            await asyncio.sleep(_PAUSE)
        self.told(self.tally)

    def _measured(self, input: Input, result: str) -> None:
        if result == "put_aside":
            self._aside.add(input.key)
