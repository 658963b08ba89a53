"""From the bytes of a mail to all that the flows use: its values, its new words, its chat HTML, its files."""

from __future__ import annotations

import dataclasses
import itertools
import os
from pathlib import Path

from bot.domain.mail import Mail
from bot.domain.subjects import is_passed_on
from bot.mime.read import ReadMail, read_headers, read_mail
from bot.mime.visible import split_visible
from bot.reader import HEAD
from bot.text.chat_html import to_chat_html
from bot.text.html_images import without_images

_counter = itertools.count()

__all__ = ["ReadMail", "headers_only", "read_beginning", "read_bytes", "store_files"]


def read_bytes(raw: bytes) -> ReadMail:
    """Read a whole mail; any bytes give a mail.

    Raises:
        MemoryError: the machine has no room for it; post the mail with `headers_only`.
    """
    try:
        done = read_mail(raw)
        return dataclasses.replace(done, mail=_with_words(done))
    except RecursionError:
        # No part of the reading recurses by itself; a library under it may.
        return ReadMail(mail=headers_only(raw[:HEAD]), files=())


def headers_only(raw_head: bytes) -> Mail:
    """A mail by its headers, when its body could not be read; `raw_head` is its beginning."""
    return read_headers(raw_head)


def read_beginning(raw: bytes) -> Mail:
    """The words of a mail of which only the beginning is here. Its files are named, without size and content."""
    mail = read_bytes(raw).mail
    named = tuple(dataclasses.replace(one, size=0, inline=False, sha256="") for one in mail.attachments)
    html = without_images(mail.chat_html)
    return dataclasses.replace(mail, attachments=named, chat_html=html, defects=(*mail.defects, "beginning_only"))


def store_files(read: ReadMail, blobs: Path) -> None:
    """Write each file of a mail to `blobs/<first two hex>/<sha256>`; one that is there already is made young, so that
    no sweep of old files that nobody names takes it before the mail's row is there.

    Raises:
        OSError: the disk refuses.
    """
    for attachment, data in zip(read.mail.attachments, read.files, strict=True):
        folder = blobs / attachment.sha256[:2]
        target = folder / attachment.sha256
        try:
            os.utime(target)
            continue
        except FileNotFoundError:
            pass
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f".new-{os.getpid()}-{next(_counter)}"
        try:
            with new.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            new.rename(target)
        except BaseException:
            new.unlink(missing_ok=True)
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
    split = split_visible(
        # Text made from the HTML has lost which lines were quoted; the split reads the HTML itself then.
        text="" if done.text_is_made else mail.text,
        html=mail.html,
        # A "Re:" alone is no reply: in a mail that starts a conversation the signature tells who is writing.
        is_reply=bool(mail.in_reply_to or mail.references),
        # The words of a machine are no answer: a bounce is shown whole, as a forward is.
        is_forward=is_passed_on(mail.subject) or mail.is_bounce or mail.is_feedback_report,
    )
    chat = to_chat_html(
        text=mail.text,
        html=mail.html,
        visible=split.shown,
        rest=split.rest,
        visible_html=split.visible_html,
        rest_html=split.rest_html,
        inline_images={one.content_id or one.sha256: one.sha256 for one in mail.attachments if one.inline},
    )
    linked = ""
    if "href" in split.visible_html:
        # lxml costs 15 ms at the start; many mails have no link.
        from bot.mime.quotes_html import linked_words

        linked = linked_words(split.visible_html, split.visible)
    return dataclasses.replace(
        mail, visible_text=split.visible, linked_text=linked, signed_text=split.signed, chat_html=chat
    )
