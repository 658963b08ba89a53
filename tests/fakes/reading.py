"""The reader without its workers: hundreds of houses, each with a process of its own, would cost minutes."""

from __future__ import annotations

from pathlib import Path

from bot.domain.mail import Mail
from bot.reader import HEAD
from bot.reader.reading import Reader
from bot.reader.whole import headers_only, read_bytes, store_files


class ReaderHere(Reader):
    """Reads in the caller's thread. For the mails of tests, never for anybody's."""

    async def read(self, path: Path, blobs: Path) -> Mail:
        done = read_bytes(path.read_bytes())
        store_files(done, blobs)
        return done.mail

    async def head_of(self, path: Path) -> Mail:
        return headers_only(path.read_bytes()[:HEAD])

    async def head(self, raw: bytes) -> Mail:
        return headers_only(raw[:HEAD])
