"""Reads mails in worker processes, under a time and a memory limit, and keeps their files by content."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bot.domain.mail import Mail
from bot.reader import HEAD
from bot.reader.workers import WorkerFailed, Workers

_NOTHING: Final = Mail(defects=("headers_unread",))

__all__ = ["Reader", "ReadingFailed"]


class ReadingFailed(Exception):
    """A mail could not be read within its limits: `reason` is `timeout`, `memory` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """The way from foreign bytes to a `Mail`: always through a worker, however small they are.

    Cost does not follow from size: what is made to hurt takes minutes out of some kilobytes, and a regular expression
    cannot be interrupted within its process.
    """

    def __init__(self, *, seconds: float = 20.0, head_seconds: float = 5.0, module: str = "bot.reader.process") -> None:
        self._seconds = seconds
        self._head_seconds = head_seconds
        self._workers = Workers(module)

    async def read(self, path: Path, blobs: Path) -> Mail:
        """Read the mail in the file `path`, and write the bytes of each attachment to `blobs/<2 hex>/<sha256>`.

        Raises:
            ReadingFailed: the time or the memory did not suffice; post the mail with `head_of`.
            OSError: the file cannot be read, a blob not be written, or no worker be started.
        """
        return await self._call(("mail", str(path), str(blobs)), self._seconds)

    async def head_of(self, path: Path) -> Mail:
        """The mail in the file `path` by its headers, when its body could not be read.

        Raises:
            OSError
        """
        try:
            return await self._call(("file", str(path)), self._head_seconds)
        except ReadingFailed:
            return _NOTHING

    async def head(self, raw: bytes) -> Mail:
        """A mail by its headers, when the server gave only its beginning; an empty one where the headers hurt.

        Raises:
            OSError
        """
        try:
            return await self._call(("head", raw[:HEAD]), self._head_seconds)
        except ReadingFailed:
            return _NOTHING

    async def beginning(self, raw: bytes) -> Mail:
        """A mail by its fetched beginning: its words as far as they came, and the names of its files; only its headers
        where reading takes too long.

        Raises:
            OSError
        """
        try:
            return await self._call(("beginning", raw), self._seconds)
        except ReadingFailed:
            return await self.head(raw)

    async def close(self) -> None:
        """End the workers."""
        await self._workers.close()

    async def _call(self, request: tuple[str, str, str] | tuple[str, str | bytes], seconds: float) -> Mail:
        try:
            answer = await self._workers.call(request, seconds=seconds)
        except WorkerFailed as failed:
            if failed.reason != "crash":
                raise ReadingFailed(failed.reason) from None
            answer = await self._again(request, seconds)
        if isinstance(answer, OSError):
            raise answer
        assert isinstance(answer, Mail)
        return answer

    async def _again(self, request: object, seconds: float) -> object:
        # Where a system without memory killed the worker, this mail need not be the reason.
        try:
            return await self._workers.call(request, seconds=seconds)
        except WorkerFailed as failed:
            raise ReadingFailed(failed.reason) from None
