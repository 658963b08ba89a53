"""What must hold for every mail that was read, whatever its bytes were."""

from __future__ import annotations

import dataclasses
import hashlib
import unicodedata
from collections.abc import Iterator

from bot.mime import limits
from bot.mime.read import ReadMail

_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def faults_of(read: ReadMail) -> list[str]:
    """Which of the promises of a `Mail` this one breaks."""
    mail = read.mail
    found = [f"{name}: no valid text" for name, text in _texts(dataclasses.asdict(mail), "mail") if not _is_valid(text)]
    if len(read.files) != len(mail.attachments):
        found.append("files and attachments differ in number")
    for attachment, data in zip(mail.attachments, read.files, strict=False):
        if not _is_safe(attachment.filename):
            found.append(f"file name {attachment.filename!r}")
        if attachment.size != len(data) or attachment.sha256 != hashlib.sha256(data).hexdigest():
            found.append("an attachment is not its bytes")
    if len(mail.text) > limits.TEXT or len(mail.html) > limits.TEXT:
        found.append("a body above its limit")
    if mail.date is not None and mail.date.utcoffset() is None:
        found.append("a date without a zone")
    if any("<" in one or ">" in one for one in (*mail.in_reply_to, *mail.references)):
        found.append("an id with brackets")
    if (mail.is_bounce or mail.is_feedback_report) != (mail.bounce is not None):
        found.append("a bounce without what it says")
    return found


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner, path)


def _is_valid(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _is_safe(name: str) -> bool:
    return (
        bool(name.strip())
        and name not in (".", "..")
        and not {"/", "\\"} & set(name)
        and len(name.encode()) <= 255
        and not any(unicodedata.category(char) == "Cc" or char in _BIDIRECTIONAL for char in name)
    )
