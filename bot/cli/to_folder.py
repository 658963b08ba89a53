"""A backup in a folder: a second time only what is new is copied."""

from __future__ import annotations

from pathlib import Path

from bot.cli.manifest import Manifest, Taken, blob_path, copied, digest_of, sync_folder, written


class ToFolder:
    """The folder holds the database's copy, the kept files and the manifest."""

    def __init__(self, folder: Path) -> None:
        self.place = self.work = folder

    def prepare(self) -> None:
        self.work.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self) -> None:
        (self.work / "blobs").mkdir(mode=0o700, exist_ok=True)

    def take(self, blob: Path, size: int) -> Taken:
        target = blob_path(self.work, blob.name)
        if _is_same(target, blob.name, size):
            return Taken.HAD
        return Taken.FRESH if _copied_whole(blob, target) else Taken.DAMAGED

    def finish(self, manifest: Manifest) -> None:
        sync_folder(self.work / "blobs")
        written(self.work, manifest)
        for old in (*self.work.glob("database-*.db"), *self.work.glob("database-*.dump")):
            if old.name != manifest.file:
                old.unlink()

    def give_up(self) -> None:
        pass


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
