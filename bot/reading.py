"""Reads mails off the event loop, under a time and a memory limit, and keeps their files by content."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from bot.domain.mail import Mail
from bot.mime.worker import Worker, WorkerFailed, serve
from bot.read_whole import HEAD, ReadMail, headers_only, read_bytes, store_files

IN_PROCESS_LIMIT: Final = 64 * 1024
"""A mail up to this many bytes is read in the caller's thread: cheaper than the way to a worker and back."""

__all__ = ["HEAD", "ReadMail", "Reader", "ReadingFailed", "headers_only", "read_bytes", "store_files"]


class ReadingFailed(Exception):
    """A mail could not be read within its limits: `reason` is `timeout`, `memory` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """The way from a file of raw bytes to a `Mail`. Small mails are read at once, large ones in a worker process."""

    def __init__(self, *, seconds: float = 20.0, in_process_limit: int = IN_PROCESS_LIMIT) -> None:
        self._seconds = seconds
        self._in_process_limit = in_process_limit
        self._worker = Worker("bot.reading")

    async def read(self, path: Path, blobs: Path) -> Mail:
        """Read the mail in the file `path`, and write the bytes of each attachment to `blobs/<2 hex>/<sha256>`.

        Raises:
            ReadingFailed: the time or the memory did not suffice; post the mail with `headers_only`.
            OSError: the file cannot be read or a blob not be written.
        """
        small = await asyncio.to_thread(_if_small, path, self._in_process_limit)
        if small is not None:
            done = read_bytes(small)
            if done.files:
                await asyncio.to_thread(store_files, done, blobs)
            return done.mail
        try:
            answer = await self._worker.call((str(path), str(blobs)), seconds=self._seconds)
        except WorkerFailed as failed:
            raise ReadingFailed(failed.reason) from None
        if isinstance(answer, OSError):
            raise answer
        assert isinstance(answer, Mail)
        return answer

    async def close(self) -> None:
        """End the worker process, if one runs."""
        await self._worker.close()


def _if_small(path: Path, limit: int) -> bytes | None:
    return path.read_bytes() if path.stat().st_size <= limit else None


def _handle(request: object) -> object:
    match request:
        case (str() as path, str() as blobs):
            pass
        case _:
            raise TypeError("a request is the mail's path and the blobs' folder")
    try:
        done = read_bytes(Path(path).read_bytes())
        store_files(done, Path(blobs))
    except OSError as refused:
        return refused
    return done.mail


if __name__ == "__main__":
    serve(_handle)
