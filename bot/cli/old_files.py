"""The files of another help desk, in its folder of attachments. No path leads out of it, whatever a row says."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.cli.old_mail import OldFile

_WITHIN: Final = re.compile(r"(?:[0-9]{1,9}/){1,8}")
"""FreeScout's `file_dir`: `1/2/3/`."""


Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class OldFiles:
    """A folder as FreeScout's `storage/app/attachment`; None where it is not here."""

    folder: Path | None
    limit: int
    """Bytes of all files of one mail."""

    def of(self, rows: Sequence[Row]) -> tuple[OldFile, ...]:
        """The files that these rows of `attachments` name, as far as they are here."""
        found: list[OldFile] = []
        left = self.limit
        for row in rows:
            handle = self._open(row, left)
            if handle is None:
                continue
            with os.fdopen(handle, "rb") as file:
                raw = file.read(left)
            left -= len(raw)
            is_inline = row.get("embedded") in ("1", "t", "true")
            found.append(OldFile(row.get("file_name") or "", row.get("mime_type") or "", raw, is_inline))
        return tuple(found)

    def missing(self, rows: Sequence[Row]) -> int:
        """How many of these are not here, or make their mail too large."""
        gone, left = 0, self.limit
        for row in rows:
            handle = self._open(row, left)
            if handle is None:
                gone += 1
                continue
            left -= os.fstat(handle).st_size
            os.close(handle)
        return gone

    def _open(self, row: Row, most: int) -> int | None:
        """By one step after another, none of which is a link."""
        within, name = (row.get("file_dir") or "").strip("/") + "/", row.get("file_name") or ""
        is_name = name not in ("", ".", "..") and "/" not in name and "\0" not in name
        if self.folder is None or not is_name or _WITHIN.fullmatch(within) is None:
            return None
        how = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
        handles: list[int] = []
        try:
            handles.append(os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY))
            for step in within.strip("/").split("/"):
                handles.append(os.open(step, how | os.O_DIRECTORY, dir_fd=handles[-1]))
            found = os.open(name, how | os.O_NONBLOCK, dir_fd=handles[-1])
        except (OSError, ValueError):
            return None
        finally:
            for one in handles:
                os.close(one)
        about = os.fstat(found)
        if stat.S_ISREG(about.st_mode) and about.st_size <= most:
            return found
        os.close(found)
        return None
