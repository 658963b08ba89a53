"""Looks for codes that count now in the files of a mail: somebody may enclose the mail that brought one."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from bot.domain.ids import BlobId
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.rules.code_digits import codes_in
from bot.domain.rules.codes import open_codes
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from storage.blobs import Blobs

_MOST_FILES: Final = 20
_MOST_BYTES: Final = 256 * 1024
"""A mail with a code has it in its head, and is small."""


async def load_codes_in_files(
    input: MailArrived | MailUnreadable, instance: Instance, signer: Signer, now: datetime, blobs: Blobs | None
) -> frozenset[str]:
    """Those of the codes that stand in a file of the mail, or in its bytes as they came. While nobody waits for a code,
    which is nearly always, nothing is read."""
    codes = open_codes(instance, signer, now)
    if not codes or blobs is None:
        return frozenset()
    files = [BlobId(one.sha256) for one in input.mail.attachments if one.sha256 and not one.inline]
    wanted = ([input.raw] if input.raw else []) + files[:_MOST_FILES]
    return await asyncio.to_thread(_found, wanted, codes, blobs)


def _found(wanted: Sequence[BlobId], codes: Collection[str], blobs: Blobs) -> frozenset[str]:
    found: set[str] = set()
    for one in wanted:
        try:
            head = blobs.head(one, _MOST_BYTES)
        except OSError:
            # Not here, or on a disk that is away: nothing of it is posted now either.
            continue
        # Outlook keeps mails in UTF-16 ([MS-OXMSG] 2.1.2): a NUL stands between two digits of ASCII.
        found |= codes_in(head.decode(errors="replace"), codes)
    return frozenset(found)
