"""A whole backup as one sealed file: a tar of what a backup's folder holds, the manifest last."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from bot.cli.kept_files import give
from bot.cli.manifest import DIGEST, FILE, NAME, Manifest, NoBackup, Taken, as_bytes, blob_path, sync_folder
from bot.cli.sealed import Damaged, SealedReader, SealedWriter
from bot.process.lock import LOCK

_CHUNK: Final = 1 << 20
_PLACES: Final = re.compile(rf"{FILE.pattern}|blobs/[0-9a-f]{{2}}/{DIGEST.pattern}|{re.escape(NAME)}")


class ToArchive:
    """An archive that is being written, beside its later name."""

    def __init__(self, file: Path, passphrase: str, work: Path) -> None:
        self.place, self.work = file, work
        self._new, self._passphrase = file.with_name(f"{file.name}.new"), passphrase

    def prepare(self) -> None:
        self.work.mkdir(mode=0o700, exist_ok=True)

    def begin(self) -> None:
        for path in (self.work, self.work / LOCK):
            give(path, self.work.parent)
        self._new.unlink(missing_ok=True)
        self._out = os.fdopen(os.open(self._new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self._sealed = SealedWriter(self._out, self._passphrase)
        self._tar = tarfile.open(mode="w|", fileobj=self._sealed, bufsize=_CHUNK)  # type: ignore[call-overload]  # noqa: SIM115

    def take(self, blob: Path, size: int) -> Taken:
        with blob.open("rb") as file:
            return Taken.FRESH if self._add(place_of(blob.name), file, size) == blob.name else Taken.DAMAGED

    def finish(self, manifest: Manifest) -> None:
        database = self.work / manifest.file
        with database.open("rb") as file:
            self._add(manifest.file, file, manifest.size)
        raw = as_bytes(manifest)
        self._add(NAME, io.BytesIO(raw), len(raw))
        self._tar.close()
        self._sealed.close()
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        with self._new.open("rb") as again:
            _checked(SealedReader(again, self._passphrase), manifest)
        self._new.replace(self.place)
        sync_folder(self.place.parent)
        # Also what a backup left that was killed.
        for copy in self.work.glob("database-*"):
            copy.unlink()

    def give_up(self) -> None:
        with contextlib.suppress(OSError):
            self._new.unlink(missing_ok=True)

    def _add(self, name: str, file: BinaryIO, size: int) -> str:
        """The SHA-256 of what was taken of the file."""
        read = _Digesting(file)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, read)
        return read.digest.hexdigest()


class _Digesting:
    """A file of which a digest is made while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        raw = self._file.read(size)
        self.digest.update(raw)
        return raw


def _entries(sealed: SealedReader) -> Iterator[tuple[str, BinaryIO]]:
    """All files in it; what is wrong with it is known at the end at the latest."""
    try:
        with tarfile.open(mode="r|", fileobj=sealed, bufsize=_CHUNK) as tar:  # type: ignore[call-overload]
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                # Names lead to files: none of them leads out of the folder.
                if content is None or not _PLACES.fullmatch(entry.name):
                    raise Damaged
                yield entry.name, content
    except tarfile.TarError:
        raise Damaged from None
    sealed.finish()


def _checked(sealed: SealedReader, manifest: Manifest) -> None:
    found: dict[str, str] = {}
    for name, content in _entries(sealed):
        read = _Digesting(content)
        while read.read(_CHUNK):
            pass
        found[name] = read.digest.hexdigest()
    wanted = {manifest.file: manifest.sha256, NAME: hashlib.sha256(as_bytes(manifest)).hexdigest()}
    wanted |= {place_of(one): one for one in manifest.blobs}
    if any(found.get(name) != digest for name, digest in wanted.items()):
        raise Damaged


def place_of(blob: str) -> str:
    """The name in an archive."""
    return blob_path(Path(), blob).as_posix()


@contextlib.contextmanager
def unpacked(file: Path, passphrase: str, beside: Path) -> Iterator[Path]:
    """The folder that it is a copy of, for as long as it is looked at, below `beside`.

    Raises:
        NotOpened, Damaged, NoBackup, OSError
    """
    # What a restore that was killed left: it is mail in clear.
    for left in beside.glob("unpacked-*"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix="unpacked-", dir=beside))
    try:
        with file.open("rb") as source:
            for name, content in _entries(SealedReader(source, passphrase)):
                target = folder / name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with target.open("xb") as out:
                    shutil.copyfileobj(content, out, _CHUNK)
        if not (folder / NAME).exists():
            raise NoBackup
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
