"""Whether the files that a database names are there."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from bot.cli.manifest import blob_path
from storage import copies


async def files_missing(url: str, folder: Path, held: Collection[str] = ()) -> int:
    """How many files that mails are made of are neither below the folder nor among those that are held.

    Raises:
        StorageAway, DatabaseBroken
    """
    gone: set[str] = set()
    async for blob in copies.files_named(url):
        if blob not in held and blob not in gone and not blob_path(folder, blob).exists():
            gone.add(blob)
    return len(gone)
