"""From the bytes of a mail to the values that the flows use: the reading, the visible part, and the words for the room."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import tempfile
from pathlib import Path
from typing import Final

from bot.domain.mail import Mail
from bot.mime.read import ReadMail, read_headers, read_mail
from bot.mime.visible import is_forward_subject, split_visible
from bot.mime.worker import Worker, WorkerFailed, serve
from bot.text.chat_html import to_chat_html

IN_PROCESS_LIMIT: Final = 64 * 1024
"""A mail up to this many bytes is read in the caller's thread: cheaper than the way to a worker and back."""
__all__ = ["ReadMail", "Reader", "ReadingFailed", "headers_only", "read_bytes"]


class ReadingFailed(Exception):
    """A mail could not be read within its limits: `reason` is `timeout`, `memory` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_bytes(raw: bytes) -> ReadMail:
    """Read a whole mail. Never raises for any bytes (but MemoryError and RecursionError of the machine itself)."""
    done = read_mail(raw)
    return dataclasses.replace(done, mail=_with_words(done))


def headers_only(raw_head: bytes) -> Mail:
    """What the headers say, for a mail whose body could not be read; `raw_head` is its beginning."""
    return read_headers(raw_head)


class Reader:
    """Reads mails off the event loop, under a time and a memory limit, and keeps their files by content."""

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
        if path.stat().st_size <= self._in_process_limit:
            done = read_bytes(path.read_bytes())
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


def store_files(read: ReadMail, blobs: Path) -> None:
    """Write each file of a mail under its hash; a file that is there already is left as it is.

    Raises:
        OSError: the disk refuses.
    """
    for attachment, data in zip(read.mail.attachments, read.files, strict=True):
        folder = blobs / attachment.sha256[:2]
        target = folder / attachment.sha256
        if target.exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.rename(name, target)
        except BaseException:
            os.unlink(name)
            raise
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    # The new name is durable only when its folder is (POSIX rename).
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _with_words(done: ReadMail) -> Mail:
    mail = done.mail
    # A "Re:" alone is no reply: in a mail that starts a conversation the signature tells who is writing.
    split = split_visible(
        text="" if done.text_is_made else mail.text,
        html=mail.html,
        is_reply=bool(mail.in_reply_to or mail.references),
        is_forward=is_forward_subject(mail.subject),
    )
    chat = to_chat_html(
        text=mail.text,
        html=mail.html,
        visible=split.shown,
        rest=split.rest,
        visible_html=split.visible_html,
        rest_html=split.rest_html,
        inline_images={a.content_id or a.sha256: a.sha256 for a in mail.attachments if a.inline},
    )
    return dataclasses.replace(mail, visible_text=split.visible, chat_html=chat)


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
