"""`postroom backup FOLDER`: the database and the kept files, whole, while the bot runs.

The database first: a file is kept before the database refers to it, and stays, so that what the copy refers to is
there when the files are copied. Keys of Matrix are left out: an older state of them cannot be used, and `secret_key`
makes the same identity anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.ending import end, unusable
from bot.cli.kept_files import files_missing
from bot.cli.manifest import Manifest, blob_path, copied, digest_of, sync_folder, written
from bot.config import Config
from bot.domain.sentences import sentence
from bot.process.lock import AlreadyRunning, FolderLock
from bot.process.statuses import EX_DATA
from bot.text.wording import say
from storage import copies, dumps
from storage.database import StorageAway
from storage.faults import DatabaseBroken

_BLOB = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Files:
    kept: dict[str, int]
    copied: int
    damaged: tuple[str, ...]


def back_up(config: Config, folder: Path, *, language: str) -> int:
    """Copy into the folder what is not there yet; the exit status."""
    # For our eyes only from the beginning: it is mail in clear.
    os.umask(0o077)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FolderLock(folder):
            manifest, files = _backed_up(config, folder)
            copy = config.database_url if manifest.kind == "postgresql" else f"sqlite:///{folder / manifest.file}"
            missing = asyncio.run(files_missing(copy, config.data_dir, {*manifest.blobs, *files.damaged}))
    except AlreadyRunning:
        return end(language, sentence("cli.backup_busy", folder=str(folder)))
    except dumps.NoProgram as program:
        return end(language, sentence("cli.backup_no_program", program=str(program)))
    except dumps.ProgramFailed as said:
        return end(language, sentence("cli.backup_failed", reason=str(said)))
    except DatabaseBroken:
        return end(language, sentence("run.database_broken"), EX_DATA)
    except StorageAway as away:
        return end(language, sentence("cli.database_away", reason=str(away)))
    except SQLAlchemyError as refused:
        return end(language, unusable(refused))
    except OSError as fault:
        return end(language, sentence("cli.backup_failed", reason=f"{fault.filename or folder}: {fault.strerror}"))
    counts = {"files": len(manifest.blobs), "fresh": files.copied}
    click.echo(say(language, sentence("cli.backup_done", folder=str(folder), **counts)))
    if files.damaged:
        return end(language, sentence("cli.backup_damaged", count=len(files.damaged), names=", ".join(files.damaged)))
    if missing:
        return end(language, sentence("cli.backup_missing", count=missing))
    return 0


def _backed_up(config: Config, folder: Path) -> tuple[Manifest, _Files]:
    at = datetime.now(UTC)
    is_file = copies.file_of(config.database_url) is not None
    database = folder / f"database-{at:%Y%m%dT%H%M%S%f}.{'db' if is_file else 'dump'}"
    try:
        schema = asyncio.run(copies.copied(config.database_url, database))
        with database.open("rb") as file:
            os.fsync(file.fileno())
        files = _copy_blobs(config.data_dir / "blobs", folder)
        manifest = Manifest(
            made_at=at,
            postroom=version("postroom"),
            kind="sqlite" if is_file else "postgresql",
            file=database.name,
            schema=schema,
            sha256=digest_of(database),
            size=database.stat().st_size,
            blobs=files.kept,
        )
        written(folder, manifest)
    except BaseException:
        # The backup of before is still one.
        database.unlink(missing_ok=True)
        raise
    for old in (*folder.glob("database-*.db"), *folder.glob("database-*.dump")):
        if old != database:
            old.unlink()
    return manifest, files


def _copy_blobs(source: Path, folder: Path) -> _Files:
    """The files that are not in the folder yet: what has the same name has the same bytes."""
    kept: dict[str, int] = {}
    damaged: list[str] = []
    fresh = 0
    (folder / "blobs").mkdir(mode=0o700, exist_ok=True)
    for blob in _blobs(source):
        target = blob_path(folder, blob.name)
        # One that is deleted meanwhile is gone in the database, too.
        with contextlib.suppress(FileNotFoundError):
            size = blob.stat().st_size
            if not _is_same(target, blob.name, size):
                if not _copied_whole(blob, target):
                    damaged.append(blob.name)
                    continue
                fresh += 1
            kept[blob.name] = size
    sync_folder(folder / "blobs")
    return _Files(kept, fresh, tuple(damaged))


def _is_same(target: Path, name: str, size: int) -> bool:
    """Whether the copy of an earlier backup is still as it was written: disks for backups age as well."""
    return target.exists() and target.stat().st_size == size and digest_of(target) == name


def _copied_whole(blob: Path, target: Path) -> bool:
    """Whether its bytes are still those that its name says."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    new = target.parent / "incoming"
    new.unlink(missing_ok=True)
    try:
        if copied(blob, new) != blob.name:
            return False
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(target.parent)
    return True


def _blobs(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        for part in sorted(folder.iterdir()):
            if len(part.name) == 2 and part.is_dir():
                yield from (one for one in sorted(part.iterdir()) if _BLOB.fullmatch(one.name))
