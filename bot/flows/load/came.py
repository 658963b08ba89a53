"""Reads the mails on which a rule of the house is tried, with the header fields of their originals."""

import asyncio
from collections.abc import Sequence
from operator import attrgetter

from bot.domain.conversation import MailRecord
from bot.domain.house_rules import Came
from bot.domain.ids import BlobId
from bot.domain.mail import Fields
from bot.domain.needs import CameIn
from bot.mime.fields import HEAD, fields_of_head
from storage import mails
from storage.blobs import Blobs
from storage.database import Tx


async def load_came(tx: Tx, need: CameIn, blobs: Blobs | None) -> tuple[Came, ...]:
    """The newest mails, the newest first."""
    every = [record for mailbox in need.mailboxes for record in await mails.came(tx, mailbox, need.most)]
    newest = sorted(every, key=attrgetter("date"), reverse=True)[: need.most]
    if not need.with_fields or blobs is None:
        return tuple(map(Came, newest))
    return await asyncio.to_thread(_with_fields, newest, blobs)


def _with_fields(records: Sequence[MailRecord], blobs: Blobs) -> tuple[Came, ...]:
    return tuple(Came(record, _fields(record.raw, blobs)) for record in records)


def _fields(raw: BlobId, blobs: Blobs) -> Fields | None:
    """The fields of a mail; None where its bytes were never here, or are gone."""
    try:
        return fields_of_head(blobs.head(raw, HEAD)) if raw else None
    except OSError:
        return None
