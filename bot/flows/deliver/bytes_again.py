"""Fetches bytes of mails that are gone from the disk again, from the mailbox if the mail still lies there."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.domain.conversation import MailRecord
from bot.domain.ids import BlobId, MailboxId, MessageRow
from bot.flows.step.step import Step
from bot.ports import CredentialsRefused, Folders, Unavailable
from bot.reader.reading import Reader, ReadingFailed
from storage import mails

_log = structlog.get_logger("blobs")


@dataclass(slots=True)
class BytesAgain:
    """Brings back lost bytes, through the folders of their mailbox."""

    step: Step
    folders: Callable[[MailboxId], Awaitable[Folders | None]]
    reader: Reader
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by one fetch at a time: a mail has several files, and the first one that is missed brings them all."""

    async def bring(self, blob: BlobId, row: MessageRow | None) -> bool:
        """Bring back the bytes of a mail or of a file in it, and return whether they are there now.

        Raises:
            Unavailable: the mailbox cannot be asked now.
            StorageAway: the disk takes nothing.
        """
        async with self._turn:
            if self.step.blobs.exists(blob):
                return True
            async with self.step.database.glance() as tx:
                record = await mails.get(tx, row) if row is not None else None
            _log.error("bytes_gone", blob=blob[:12], mail=row)
            if record is None or not record.raw or not await self._fetch(record):
                return False
            if not self.step.blobs.exists(blob):
                await self._read(record.raw)
            is_there = self.step.blobs.exists(blob)
            if is_there:
                _log.warning("bytes_fetched_again", blob=blob[:12], mail=row)
            return is_there

    async def _fetch(self, record: MailRecord) -> bool:
        """Fetch the mail; False where the server no longer has it byte for byte."""
        if self.step.blobs.exists(record.raw):
            return True
        folders = await self.folders(record.mailbox)
        if folders is None or not record.folder:
            return False
        try:
            found = await folders.fetch(
                record.folder, message_id=record.message_id, uidvalidity=record.uidvalidity, uid=record.uid
            )
        except CredentialsRefused as refused:
            raise Unavailable("imap", "credentials") from refused
        for raw in found:
            if hashlib.sha256(raw).hexdigest() == record.raw:
                await self.step.blobs.put(raw)
                return True
        return False

    async def _read(self, raw: BlobId) -> None:
        """Write the files of the mail to the disk again."""
        path = self.step.blobs.path(raw)
        try:
            await self.reader.read(path, self.step.blobs.folder)
        except ReadingFailed as failed:
            _log.warning("mail_unreadable", blob=raw[:12], reason=failed.reason)
