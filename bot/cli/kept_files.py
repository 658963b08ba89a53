"""Files in `data_dir`: whether those that a database names are there, and whose they are."""

from __future__ import annotations

import os
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


def give(path: Path, owner: Path) -> None:
    """To the owner of `data_dir`, where root restores: the bot could not write what is root's."""
    if os.geteuid() == 0:
        of = owner.stat()
        os.chown(path, of.st_uid, of.st_gid)
