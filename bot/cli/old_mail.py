"""Writes a mail of another help desk, which kept only its parts, as a mail again."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Final

from bot.domain.mail import Address

MOST_HEAD: Final = 64 << 10
"""Characters of a kept header that are looked at."""
_OURS: Final = frozenset(
    "from to cc bcc subject date message-id mime-version content-type content-transfer-encoding"
    " content-disposition content-id content-length".split()
)
"""Fields that are written from the parts, or say how the original was put together."""
_FIELD: Final = re.compile(r"([!-9;-~]{1,76}):")
_ADDRESS: Final = re.compile(r"[^\s<>\"(),;:\\\[\]@\x00-\x1f]{1,64}@[^\s<>\"(),;:\\@\x00-\x1f]{1,190}")
_ID: Final = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,990}")
_TYPE: Final = re.compile(r"[A-Za-z0-9][\w.+-]{0,60}/[A-Za-z0-9][\w.+-]{0,60}")


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file of a mail."""

    name: str
    content_type: str
    raw: bytes
    inline: bool


@dataclass(frozen=True, slots=True)
class OldParts:
    """What is known of a mail."""

    from_: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    at: datetime
    message_id: str
    references: tuple[str, ...]
    html: str
    files: tuple[OldFile, ...] = ()
    head: str = ""
    """The header of the original, where it was kept: what it says of its way stays."""


def is_address(text: str) -> bool:
    """Whether it can stand in a header."""
    return _ADDRESS.fullmatch(text) is not None


def written(parts: OldParts) -> bytes:
    """The mail. Nothing in a part breaks out of its field."""
    kept, names = _kept(parts.head)
    lines = [
        *kept,
        f"From: {_mailbox(parts.from_)}",
        *(f"{name}: {', '.join(map(_mailbox, some))}" for name, some in (("To", parts.to), ("Cc", parts.cc)) if some),
        f"Subject: {_words(parts.subject)}",
        f"Date: {format_datetime(parts.at)}",
    ]
    if _ID.fullmatch(parts.message_id):
        lines.append(f"Message-ID: <{parts.message_id}>")
    ids = [one for one in parts.references if _ID.fullmatch(one)]
    if ids and "references" not in names:
        lines.append("References: " + "\r\n ".join(f"<{one}>" for one in ids))
    lines.append("MIME-Version: 1.0")
    body = _part("text/html; charset=utf-8", (), parts.html.encode("utf-8", "replace"))
    if not parts.files:
        return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n" + body
    lines.append('Content-Type: multipart/mixed; boundary="=_parts"')
    every = [body, *(_file(one) for one in parts.files)]
    whole = b"".join(b"--=_parts\r\n" + one + b"\r\n" for one in every)
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + whole + b"--=_parts--\r\n"


def _part(content_type: str, more: Sequence[str], raw: bytes) -> bytes:
    head = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *more, "", ""]
    # No line is a boundary: base64 has no `-`.
    return "\r\n".join(head).encode("utf-8", "replace") + base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _file(one: OldFile) -> bytes:
    kind = one.content_type if _TYPE.fullmatch(one.content_type) else "application/octet-stream"
    if kind.startswith(("multipart/", "message/")):
        # It is a file here, and is not opened.
        kind = "application/octet-stream"
    how = "inline" if one.inline else "attachment"
    name = "".join(f"%{byte:02X}" for byte in one.name.encode("utf-8", "replace")[:255])
    return _part(kind, [f"Content-Disposition: {how}; filename*=utf-8''{name}"], one.raw)


def _kept(head: str) -> tuple[list[str], set[str]]:
    """The fields of the original that stay, and the names of them."""
    lines: list[str] = []
    names: set[str] = set()
    is_kept = False
    for line in head[:MOST_HEAD].splitlines():
        if not line.strip():
            continue
        found = _FIELD.match(line)
        if found is not None:
            is_kept = found[1].lower() not in _OURS
            if is_kept:
                names.add(found[1].lower())
        if is_kept and (found is not None or line[:1] in " \t"):
            lines.append(line)
    return lines, names


def _mailbox(one: Address) -> str:
    return f"{_words(one.name)} <{one.address}>" if one.name else f"<{one.address}>"


def _words(text: str) -> str:
    """Words in a header, always encoded where they are not plain letters (RFC 2047)."""
    line = " ".join(text.split())
    is_plain = re.fullmatch(r"[A-Za-z0-9 ]{0,200}", line) is not None
    return (
        line
        if is_plain
        else Header(line.encode("utf-8", "replace").decode(), "utf-8", maxlinelen=75).encode(linesep="\r\n")
    )
