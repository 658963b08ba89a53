"""Brings in conversations of another help desk, one to a commit, each of its mails by the reader of those that arrive.

As with an archive (`archive.py`) it may be killed at any moment and started again, and a bot may work meanwhile.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

from bot.domain.addresses import normal
from bot.domain.conversation import Conversation
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.imported import (
    CarriedMail,
    CarriedNote,
    CarriedReply,
    ConversationImported,
    RepliesImported,
)
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Address
from bot.domain.signing import row_of
from bot.domain.stories.carried import is_kept_otherwise, note_event
from bot.flows.pump.kept import read_kept
from bot.flows.pump.left_out import IsErased, LeftOut
from bot.flows.step.step import Step
from bot.reader.reading import Reader
from storage import conversations, events, mails, seen
from storage.database import Tx

_PAUSE: Final = 0.005
"""Seconds between two commits: a bot beside us has its turn at the database."""
_AHEAD: Final = 4
"""Conversations that are read while one is decided."""
MOST_NOTE: Final = 20_000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class OldMail:
    """A mail of a conversation, as it was or as it was put together again."""

    place: str
    raw: Callable[[], bytes]
    """Writes it: a conversation with all its files may be larger than the memory."""
    at: datetime
    is_ours: bool
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class OldNote:
    """A note, as a mail that holds nothing but its words."""

    raw: bytes
    at: datetime
    author: UserId | None
    name: str
    """Of the author, where this house does not know them."""


@dataclass(frozen=True, slots=True)
class OldConversation:
    """A conversation before its mails are read."""

    head: ConversationImported
    """Without mails and notes."""
    mails: tuple[OldMail, ...]
    notes: tuple[OldNote, ...]


class Became(Enum):
    """What became of a conversation."""

    BROUGHT = auto()
    RENUMBERED = auto()
    """It was brought in, under another number than it had."""
    BEFORE = auto()
    """An earlier run brought it in."""
    LATER = auto()
    """An earlier run brought it in, without some mail or note that it has by now."""
    JOINED = auto()
    """Mails of it were here: all the rest joined these."""
    KNOWN = auto()
    """All of its mails were here: its notes and acts joined these."""
    ERASED = auto()
    """It was of somebody who was erased since: it is left out."""
    ASIDE = auto()
    """It could not be decided, and is put aside."""


@dataclass(slots=True)
class CarriedTally:
    """What became of all of them."""

    conversations: Counter[Became] = field(default_factory=Counter)
    mails: int = 0
    notes: int = 0
    differing: int = 0
    """Conversations that were here, and keep another status, another person or fewer tags than they had there."""
    erased: int = 0
    """Mails of somebody who was erased since, left out of conversations of others."""
    heads: int = 0
    """Mails that are here by their headers alone."""

    @property
    def done(self) -> int:
        return self.conversations.total()


@dataclass(slots=True)
class CarriedPump:
    """The way of conversations into the house."""

    step: Step
    reader: Reader
    told: Callable[[CarriedTally], None]
    """Called after each commit."""
    is_erased: IsErased | None = None
    tally: CarriedTally = field(default_factory=CarriedTally)
    _aside: set[str] = field(default_factory=set)
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AHEAD))

    def __post_init__(self) -> None:
        self.step.measure = self._measured

    async def take(self, old: Iterable[OldConversation]) -> None:
        """Bring in all of these, in order; the next ones are read meanwhile.

        Raises:
            OSError, StorageAway
        """
        left, ahead = iter(old), deque[asyncio.Task[ConversationImported | Became]]()
        try:
            while True:
                while len(ahead) < _AHEAD and (one := next(left, None)) is not None:
                    ahead.append(asyncio.create_task(self._read(one)))
                if not ahead:
                    return
                input = await ahead.popleft()
                became = input if isinstance(input, Became) else await self._decided(input)
                self.tally.conversations[became] += 1
                self.told(self.tally)
                await asyncio.sleep(_PAUSE)
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def replies(self, named: RepliesImported, raw: Iterable[tuple[str, bytes]]) -> None:
        """Bring in saved replies, each with its name and a mail that holds nothing but its words."""
        read = [CarriedReply(name, await self._words(words)) for name, words in raw]
        await self.step.take(replace(named, replies=tuple(read)))

    async def next_number(self) -> ConversationId:
        """The number that the next conversation gets: only from it on those of before can be kept."""
        async with self.step.database.read() as tx:
            return await conversations.next_number(tx)

    async def _read(self, old: OldConversation) -> ConversationImported | Became:
        """The conversation with its mails read; what became of it, where it was decided before."""
        if self.is_erased is not None:
            left = await self._without_erased(old, self.is_erased)
            if left is None:
                return Became.ERASED
            self.tally.erased += len(old.mails) - len(left.mails)
            old = left
        async with self.step.database.read() as tx:
            if await seen.was_seen(tx, old.head.key):
                return Became.LATER if await _has_more(tx, old) else Became.BEFORE
        carried = await asyncio.gather(*(self._mail(one, old.head) for one in old.mails))
        notes = await asyncio.gather(*(self._note(one) for one in old.notes))
        return replace(old.head, mails=tuple(carried), notes=tuple(notes))

    async def _without_erased(self, old: OldConversation, is_erased: IsErased) -> OldConversation | None:
        """None where it was theirs and nobody else's."""
        async with self.step.database.read() as tx:
            mailbox = (await self.step.settings.read(tx)).mailbox(old.head.mailbox)
        left = LeftOut(self.reader, frozenset() if mailbox is None else mailbox.own_addresses, is_erased)
        kept = []
        for one in old.mails:
            async with self._few:
                mail = await self.reader.head(one.raw())
            if not left.has_mail(mail, one.at, is_ours=one.is_ours):
                kept.append(one)
        is_theirs = is_erased(normal(old.head.correspondent.address), max(one.at for one in old.mails))
        if not kept or (is_theirs and all(one.is_ours for one in kept)):
            return None
        head = replace(old.head, correspondent=Address("", "")) if is_theirs else old.head
        return replace(old, head=head, mails=tuple(kept))

    async def _decided(self, input: ConversationImported) -> Became:
        await self.step.take(input)
        if input.key in self._aside:
            return Became.ASIDE
        rows = tuple(row_of(f"{input.key}:{one.place}") for one in input.mails)
        async with self.step.database.read() as tx:
            kept = await mails.several(tx, rows)
            here = None if len(kept) == len(input.mails) else await _here(tx, input)
            is_noted = bool(input.notes) and await events.is_there(tx, note_event(input, 0))
        self.tally.mails += len(kept)
        self.tally.notes += len(input.notes) if is_noted else 0
        if len(kept) < len(input.mails):
            self.tally.differing += here is not None and is_kept_otherwise(here, input)
            return Became.JOINED if kept else Became.KNOWN
        return Became.BROUGHT if kept[0].conversation == input.number else Became.RENUMBERED

    async def _mail(self, one: OldMail, head: ConversationImported) -> CarriedMail:
        async with self._few:
            raw = one.raw()
            size, blob = len(raw), await self.step.blobs.put(raw)
            del raw
        mail, failed = await read_kept(self.reader, self.step.blobs, blob)
        place = MailPlace(head.mailbox, "", 0, 0, FolderRole.SENT if one.is_ours else FolderRole.INBOX)
        if failed:
            self.tally.heads += 1
            return CarriedMail(one.place, MailUnreadable(place, mail, blob, size, one.at, failed))
        return CarriedMail(one.place, MailArrived(place, mail, blob, size, one.at, is_backlog=True))

    async def _note(self, one: OldNote) -> CarriedNote:
        words = await self._words(one.raw)
        return CarriedNote(one.at, one.author, (f"{one.name}: {words}" if one.name else words)[:MOST_NOTE])

    async def _words(self, raw: bytes) -> str:
        return (await self.reader.beginning(raw)).text.strip()

    def _measured(self, input: Input, result: str) -> None:
        if result == "put_aside":
            self._aside.add(input.key)


async def _here(tx: Tx, input: ConversationImported) -> Conversation | None:
    """The conversation that a carried one joined."""
    ids = tuple(one.mail.mail.message_id for one in input.mails)
    known = await mails.by_message_id(tx, input.mailbox, ids)
    found = await conversations.get(tx, known[0].conversation) if known else None
    return None if found is None else await conversations.going_on(tx, found)


async def _has_more(tx: Tx, old: OldConversation) -> bool:
    """Whether a newer dump has a mail or a note of it that is not here; not where nothing of it is here any more."""
    rows = {one: row_of(f"{old.head.key}:{one.place}") for one in old.mails}
    there = {one.row for one in await mails.several(tx, tuple(rows.values()))}
    known = await mails.by_message_id(tx, old.head.mailbox, tuple(one.message_id for one in old.mails))
    if not there and not known:
        return False
    ids = {one.message_id for one in known}
    if any(row not in there and one.message_id not in ids for one, row in rows.items()):
        return True
    last = len(old.notes) - 1
    return last >= 0 and not await events.is_there(tx, note_event(old.head, last))
