"""The folder of an export: originals as mbox, conversations as JSON lines, files by their SHA-256.

What is unfinished lies in `unfinished` until it takes its place: an export of before stays whole until then. Originals
that were written before a crash stay; no name of a file is taken from a mail.
"""

from __future__ import annotations

import contextlib
import json
import mailbox
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.cli.export_json import FORMAT, Json, as_line, as_page
from bot.cli.manifest import DIGEST, NAME, blob_path, copied, digest_of, sync_folder
from bot.domain.ids import BlobId

MBOX: Final = "mail.mbox"
LINES: Final = "conversations.jsonl"
BESIDE: Final = "mailbox.json"
_FILES: Final = "files"
_WORK: Final = "unfinished"
_INDEX: Final = "originals.jsonl"
_ABOUT: Final = "about.json"


class SomethingElse(Exception):
    """The folder holds something else."""


class ExportFolder:
    """One export, of which nothing is written twice."""

    def __init__(self, folder: Path, about: Json, blobs: Path) -> None:
        """
        Args:
            about: whose export it is; another one's folder is refused.
            blobs: `data_dir`, below which the kept files are.

        Raises:
            SomethingElse, OSError
        """
        self._folder, self._work, self._blobs = folder, folder / _WORK, blobs
        self._about = about
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._refuse_others()
        self._work.mkdir(mode=0o700, exist_ok=True)
        _written(self._work / _ABOUT, as_page(about))
        self.places: dict[BlobId, int] = {}
        """The place of each original in the mbox, from 0 on."""
        self.missing: set[BlobId] = set()
        """Kept files that mails are made of, and that are not here."""
        self.mails = self.conversations = 0
        self._files: set[str] = set()
        self._page: list[BlobId] = []
        self._named: set[BlobId] = set()
        self._take_up()
        self._mbox = mailbox.mbox(self._work / MBOX, create=True)
        (self._work / MBOX).chmod(0o600)
        self._lines = _opened(self._work / LINES)

    @property
    def had(self) -> int:
        """Originals that an export which was broken off has written."""
        return self._had

    def original(self, blob: BlobId) -> None:
        """Put the bytes of a mail into the mbox, once."""
        self.mails += 1
        if not blob:
            return
        self._named.add(blob)
        if blob in self.places or blob in self.missing:
            return
        try:
            raw = blob_path(self._blobs, blob).read_bytes()
        except FileNotFoundError:
            self.missing.add(blob)
            return
        # An mbox has the line ends of its system; `From ` at the beginning of a line is quoted by the library.
        self._mbox.add(raw.replace(b"\r\n", b"\n") or b"\n")
        self.places[blob] = len(self.places)
        self._page.append(blob)

    def file(self, blob: BlobId) -> str | None:
        """Copy a kept file; its path within the export. None where it is not here."""
        if not DIGEST.fullmatch(blob):
            return None
        source, target = blob_path(self._blobs, blob), self._folder / _FILES / blob[:2] / blob
        path = f"{_FILES}/{blob[:2]}/{blob}"
        if path in self._files:
            return path
        if not source.exists():
            return None
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._work / "incoming"
            new.unlink(missing_ok=True)
            try:
                copied(source, new)
            except FileNotFoundError:
                return None
            new.replace(target)
        self._files.add(path)
        return path

    def line(self, shown: bytes) -> None:
        """Write a conversation."""
        os.write(self._lines, shown)
        self.conversations += 1

    def keep(self) -> None:
        """Let what was written so far last: an end from here on loses nothing of it."""
        self._mbox.flush()
        if not self._page:
            return
        end = (self._work / MBOX).stat().st_size
        with os.fdopen(os.open(self._work / _INDEX, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "wb") as index:
            index.write(as_line({"blobs": self._page, "end": end}))
            index.flush()
            os.fsync(index.fileno())
        self._page = []

    def finish(self, beside: Json, counts: Json) -> bool:
        """Let it take its place. False: an original is in it that no mail has any more; it is to be made anew."""
        self.keep()
        os.fsync(self._lines)
        self.close()
        if not self.places.keys() <= self._named:
            shutil.rmtree(self._work)
            return False
        _written(self._work / BESIDE, as_page(beside))
        (self._folder / NAME).unlink(missing_ok=True)
        for name in (MBOX, LINES, BESIDE):
            (self._work / name).replace(self._folder / name)
        self._drop_old_files()
        sync_folder(self._folder)
        sums = {
            name: {"sha256": digest_of(self._folder / name), "size": (self._folder / name).stat().st_size}
            for name in (MBOX, LINES, BESIDE)
        }
        shown = {**self._about, **counts, "originals": len(self.places), "files": len(self._files), "contents": sums}
        _written(self._folder / f"{NAME}.new", as_page(shown))
        (self._folder / f"{NAME}.new").replace(self._folder / NAME)
        shutil.rmtree(self._work)
        sync_folder(self._folder)
        return True

    def close(self) -> None:
        """Hold no file open any more."""
        self._mbox.close()
        if self._lines >= 0:
            os.close(self._lines)
        self._lines = -1

    def _refuse_others(self) -> None:
        for name in (self._folder / NAME, self._work / _ABOUT):
            with contextlib.suppress(FileNotFoundError):
                try:
                    found = json.loads(name.read_text("utf-8"))
                    if any(found.get(key) != value for key, value in self._about.items()):
                        raise SomethingElse(str(self._folder))
                except (ValueError, AttributeError):
                    raise SomethingElse(str(self._folder)) from None
                return
        ours = {_WORK, _FILES, MBOX, LINES, BESIDE, NAME, f"{NAME}.new", "postroom.lock"}
        if any(one.name not in ours for one in self._folder.iterdir()):
            raise SomethingElse(str(self._folder))

    def _take_up(self) -> None:
        """What lasts of an export that was broken off; what was written after that goes."""
        end = 0
        for line in _lines_of(self._work / _INDEX):
            try:
                found = json.loads(line)
                blobs, end = [BlobId(str(one)) for one in found["blobs"]], int(found["end"])
            except (ValueError, KeyError, TypeError):
                # The last line, of which only a part was written.
                break
            for blob in blobs:
                self.places[blob] = len(self.places)
        mbox = self._work / MBOX
        if not mbox.exists() or mbox.stat().st_size < end:
            self.places.clear()
            (self._work / _INDEX).unlink(missing_ok=True)
            end = 0
        if mbox.exists():
            os.truncate(mbox, end)
        self._had = len(self.places)

    def _drop_old_files(self) -> None:
        """Those of an earlier export that belong to no mail any more."""
        for file in (self._folder / _FILES).glob("??/*"):
            if f"{_FILES}/{file.parent.name}/{file.name}" not in self._files:
                file.unlink()


def about(mailbox: str, addresses: Sequence[str] = ()) -> Json:
    """Whose export it is."""
    return {"format": FORMAT, "mailbox": mailbox, "person": list(addresses)}


def _lines_of(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().splitlines()
    except FileNotFoundError:
        return []


def _opened(file: Path) -> int:
    return os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)


def _written(file: Path, content: bytes) -> None:
    with os.fdopen(_opened(file), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
