"""Content-Transfer-Encoding undone, leniently and without copies of the encoded bytes."""

from __future__ import annotations

import binascii
import re
from typing import Final

from bot.domain.patterns import pattern
from bot.mime.embedded import unpack_uuencoded

_LETTERS: Final = pattern(rb"[^a-z0-9]+")
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64: Final = bytes(byte for byte in range(256) if byte not in _BASE64)
_NOT_ENCODED: Final = pattern(rb"[^A-Za-z0-9+/=\s]")


def encoding_of(value: bytes) -> str:
    """`base64`, `qp`, `uu`, `binary`, or empty for lines of text (RFC 2045 6.1); also misspelt (`base-64`)."""
    plain = _LETTERS.sub(b"", value.lower().split(b";", 1)[0])
    if plain.startswith((b"base64", b"64base")):
        return "base64"
    if plain.startswith(b"quotedprint"):
        return "qp"
    if plain == b"binary":
        return "binary"
    if plain in (b"uuencode", b"xuuencode", b"uue", b"xuue"):
        return "uu"
    return ""


def undo(raw: bytes, *, start: int, end: int, encoding: str) -> bytes:
    """The decoded bytes of `raw[start:end]`; broken input gives what can be had of it.

    What travels as lines ends its lines with LF, however the mail was kept: the same mail gives the same bytes.
    """
    if encoding == "base64":
        return _from_base64(raw, start, end)
    if encoding == "qp":
        return binascii.a2b_qp(_lines(raw, start, end))
    if encoding == "uu":
        return unpack_uuencoded(raw[start:end]) or raw[start:end]
    return raw[start:end] if encoding == "binary" else _lines(raw, start, end)


def _lines(raw: bytes, start: int, end: int) -> bytes:
    body = raw[start:end]
    for _ in range(3):  # gateways double the CR
        if b"\r\n" not in body:
            break
        body = body.replace(b"\r\n", b"\n")
    return body


def _from_base64(raw: bytes, start: int, end: int) -> bytes:
    if _is_plain(raw[start : min(end, start + 512)]):
        return _lines(raw, start, end)
    padding = raw.find(b"=", start, end)
    view = memoryview(raw)
    if padding < 0 or end - padding < 8 or not _more_after(raw, padding, end):
        try:
            return binascii.a2b_base64(view[start:end])
        except binascii.Error:
            return _patched(raw[start:end])
    # Blocks encoded one by one and joined: each ends with its padding.
    return b"".join(_patched(block) for block in re.split(rb"=+", raw[start:end]))


def _is_plain(head: bytes) -> bool:
    """True for text that only claims to be base64: blanks and punctuation all over its first lines."""
    lines = [line for line in head.splitlines() if line.strip()][:5]
    odd = sum(1 for line in lines if _NOT_ENCODED.search(line) or line.strip().count(b" ") > 1)
    return bool(lines) and odd == len(lines)


def _more_after(raw: bytes, padding: int, end: int) -> bool:
    rest = raw[padding : padding + 400].lstrip(b"=\r\n \t")
    if not rest or padding + 400 < end:
        return bool(rest)
    lines = rest.split()
    # A footer that a list server put below is prose; another block is long and solid.
    return len(lines[0]) >= 20 and not _NOT_ENCODED.search(lines[0])


def _patched(block: bytes) -> bytes:
    plain = block.translate(None, _NOT_BASE64)
    rest = len(plain) % 4
    if rest == 1:
        plain = plain[:-1]
    elif rest:
        plain += b"=" * (4 - rest)
    return binascii.a2b_base64(plain)
