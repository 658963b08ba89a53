"""Uploads to the chat's media store, kept so that a file is uploaded once."""

from sqlalchemy import bindparam, select

from bot.domain.ids import BlobId
from storage.database import Tx
from storage.schema.threads import media
from storage.upsert import insert_or_replace

_m = media.c
_GET = select(_m.url, _m.encryption).where(_m.blob == bindparam("blob"), _m.is_encrypted == bindparam("is_encrypted"))
_PUT = insert_or_replace(media)


async def get(tx: Tx, blob: BlobId, encrypted: bool) -> tuple[str, str] | None:
    """The blob's mxc:// URL, and the JSON of `EncryptedFile` (empty for plain media)."""
    row = await tx.first(_GET, {"blob": blob, "is_encrypted": encrypted})
    return None if row is None else (row.url, row.encryption)


async def put(tx: Tx, blob: BlobId, encrypted: bool, url: str, encryption: str = "") -> None:
    await tx.run(_PUT, {"blob": blob, "is_encrypted": encrypted, "url": url, "encryption": encryption})
