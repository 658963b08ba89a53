"""Reads a mail whose bytes are kept: whole, or by its headers where that fails."""

import structlog

from bot.domain.ids import BlobId
from bot.domain.mail import Mail
from bot.reader.reading import Reader, ReadingFailed
from storage.blobs import Blobs

_log = structlog.get_logger("mail_in")


async def read_kept(reader: Reader, blobs: Blobs, blob: BlobId) -> tuple[Mail, str]:
    """The mail, and why it was not read whole: `timeout`, `memory`, `crash`; empty where it was.

    Raises:
        OSError
    """
    path = blobs.path(blob)
    try:
        return await reader.read(path, blobs.folder), ""
    except ReadingFailed as failed:
        _log.warning("mail_unreadable", blob=blob[:12], reason=failed.reason)
        return await reader.head_of(path), failed.reason
