"""Bytes of mails and files, kept as files named by their SHA-256, so that the same bytes are kept once."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

from bot.domain.ids import BlobId
from storage.faults import StorageAway

CHUNK = 1 << 20
LEFTOVER_SECONDS = 3600
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_REMOVED: Final = "removed-"
UNFINISHED: Final = ".new-"
"""The beginning of the names under which a reader writes the files of a mail."""


class Blobs:
    """A folder of blobs. A blob that can be seen is whole and on the disk, also after a power cut."""

    def __init__(self, folder: Path, *, clear_leftovers: bool = True) -> None:
        """Make the folder where it is missing. `clear_leftovers` only where no other process writes into it.

        Raises:
            OSError: it cannot be made or written.
        """
        self.folder = folder
        """The folder of all blobs."""
        self._incoming = folder / "incoming"
        for one in (folder, self._incoming):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder)
        if clear_leftovers:
            self.clear_leftovers(LEFTOVER_SECONDS)

    def path(self, blob: BlobId) -> Path:
        """The file of a blob, whether or not its bytes are there."""
        return self.folder / blob[:2] / blob

    def new_file(self) -> Path:
        """A new path for a file that `adopt` will keep."""
        return self._incoming / uuid4().hex

    def exists(self, blob: BlobId) -> bool:
        return self.path(blob).exists()

    def read(self, blob: BlobId) -> bytes:
        """The bytes of a blob.

        Raises:
            FileNotFoundError: it is not there.
        """
        return self.path(blob).read_bytes()

    def head(self, blob: BlobId, size: int) -> bytes:
        """The first bytes of a blob.

        Raises:
            FileNotFoundError: it is not there.
        """
        with self.path(blob).open("rb") as file:
            return file.read(size)

    def every(self) -> Iterator[BlobId]:
        """The blobs that are there.

        Raises:
            OSError: the disk fails.
        """
        for part in self.folder.iterdir():
            if len(part.name) == 2:
                yield from (BlobId(one.name) for one in part.iterdir() if _DIGEST.fullmatch(one.name))

    def remove(self, blob: BlobId, unused_for: float) -> bool:
        """Remove a blob that no row names; False where it is not there, or was put within so many seconds.

        Somebody may put the same bytes at this moment: `put` makes the file young, or finds none and writes it anew.

        Raises:
            OSError: the disk fails.
        """
        before = self._now() - unused_for
        path, aside = self.path(blob), self._incoming / f"{_REMOVED}{blob}"
        try:
            if path.stat().st_mtime > before:
                return False
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime > before:
            aside.rename(path)
            return False
        aside.unlink()
        return True

    async def put(self, raw: bytes) -> BlobId:
        """Keep `raw`.

        Raises:
            StorageAway: the disk is full, or fails.
        """
        try:
            return await asyncio.to_thread(self._put, raw)
        except OSError as error:
            raise StorageAway(f"blobs: {error.strerror}") from error

    async def adopt(self, file: Path) -> BlobId:
        """Keep the bytes of `file`, which must lie on the same file system and is gone afterwards.

        Raises:
            FileNotFoundError: there is no such file.
            StorageAway: the disk is full, or fails.
        """
        try:
            return await asyncio.to_thread(self._adopt, file)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageAway(f"blobs: {error.strerror}") from error

    def clear_leftovers(self, unused_for: float) -> None:
        """Remove files that a killed process left half written; younger ones may be another process's work.

        Raises:
            OSError: the disk fails.
        """
        before = self._now() - unused_for
        for leftover in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if leftover.name.startswith(_REMOVED):
                    # Its remover was killed and may have been wrong.
                    leftover.rename(self.path(BlobId(leftover.name.removeprefix(_REMOVED))))
                    continue
                if leftover.stat().st_mtime <= before:
                    leftover.unlink()

    def clear_unfinished(self, unused_for: float) -> None:
        """Remove what a reader of mails that was killed left half written beside the blobs.

        Raises:
            OSError: the disk fails.
        """
        before = self._now() - unused_for
        for leftover in self.folder.glob(f"??/{UNFINISHED}*"):
            with contextlib.suppress(FileNotFoundError):
                if leftover.stat().st_mtime <= before:
                    leftover.unlink()

    def _now(self) -> float:
        """The file system's own clock, which need not be ours."""
        clock = self._incoming / uuid4().hex
        clock.touch(mode=0o600)
        try:
            return clock.stat().st_mtime
        finally:
            clock.unlink()

    def _is_kept(self, blob: BlobId) -> bool:
        """Whether it is there; from now on it is as young as one that was just written."""
        try:
            os.utime(self.path(blob))
        except FileNotFoundError:
            return False
        return True

    def _put(self, raw: bytes) -> BlobId:
        blob = name_of(raw)
        if self._is_kept(blob):
            # Perhaps the writer of the file has not come to this yet.
            _sync_folder(self.path(blob).parent)
            return blob
        temporary = self._incoming / uuid4().hex
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as out:
                view = memoryview(raw)
                while view:
                    view = view[out.write(view) :]
                os.fsync(out.fileno())
            self._settle(temporary, blob)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return blob

    def _adopt(self, file: Path) -> BlobId:
        digest = hashlib.sha256()
        with file.open("rb") as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
            os.fsync(source.fileno())
        blob = BlobId(digest.hexdigest())
        if self._is_kept(blob):
            _sync_folder(self.path(blob).parent)
            file.unlink()
            return blob
        file.chmod(0o600)
        self._settle(file, blob)
        return blob

    def _settle(self, file: Path, blob: BlobId) -> None:
        """Give the synced file its name, and make the name last."""
        target = self.path(blob)
        try:
            target.parent.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            _sync_folder(self.folder)
        file.rename(target)
        _sync_folder(target.parent)


def name_of(raw: bytes) -> BlobId:
    """The name under which these bytes are kept."""
    return BlobId(hashlib.sha256(raw).hexdigest())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
