"""Opaque S/MIME (RFC 8551 3.5.2): a signed mail whose words lie inside of its signature, readable to anybody.

Only the way to the content is read: ContentInfo, SignedData, EncapsulatedContentInfo (RFC 5652 3, 5.1, 5.2), and
CompressedData (RFC 3274). Nothing is verified: a signature of somebody we do not know proves nothing to a reader.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_INTEGER: Final = 0x02
_OID: Final = 0x06
_OCTETS: Final = 0x04
_OCTETS_IN_PIECES: Final = 0x24
_EXPLICIT: Final = 0xA0
_IMPLICIT_OCTETS: Final = 0x80
_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_COMPRESSED: Final = bytes.fromhex("2a864886f70d0109100109")
_DEPTH: Final = 12
_PIECES: Final = 200_000
"""Values looked at: mail programs cut the content into octet strings of 1,000 bytes or so."""
_INFLATED: Final = 16 << 20


class _Broken(Exception):
    pass


@dataclass(slots=True)
class _Reader:
    """BER (X.690 8.1), with lengths that are open until an end mark, since that is how mail is streamed."""

    data: bytes
    left: int = _PIECES

    def head(self, at: int, end: int) -> tuple[int, int, int]:
        """The head of the value at `at`: its tag, the beginning and the end of its content (-1: at an end mark)."""
        self.left -= 1
        if self.left < 0 or at + 2 > end:
            raise _Broken
        tag, first = self.data[at], self.data[at + 1]
        if tag & 0x1F == 0x1F:
            raise _Broken  # a long tag: none stands on our way
        start = at + 2
        if first < 0x80:
            length = first
        elif first == 0x80:
            return tag, start, -1
        else:
            count = first & 0x7F
            if count > 5 or start + count > end:
                raise _Broken
            length = int.from_bytes(self.data[start : start + count])
            start += count
        if start + length > end:
            raise _Broken
        return tag, start, start + length

    def after(self, at: int, end: int, depth: int = 0) -> int:
        """The end of the value at `at`, its end mark included."""
        _, start, stop = self.head(at, end)
        if stop >= 0:
            return stop
        if depth > _DEPTH:
            raise _Broken
        while self.data[start : start + 2] != b"\0\0":
            start = self.after(start, end, depth + 1)
        return start + 2

    def into(self, at: int, end: int, *tags: int) -> tuple[int, int]:
        """The content of the value at `at`, which must have one of these tags: from where, and at most up to where."""
        tag, start, stop = self.head(at, end)
        if tag not in tags:
            raise _Broken
        return start, end if stop < 0 else stop

    def octets(self, at: int, end: int, depth: int = 0) -> bytes:
        """An octet string, whole or in pieces (X.690 8.7.3)."""
        tag, start, stop = self.head(at, end)
        if tag in (_OCTETS, _IMPLICIT_OCTETS) and stop >= 0:
            return self.data[start:stop]
        if tag not in (_OCTETS_IN_PIECES, _EXPLICIT) or depth > _DEPTH:
            raise _Broken
        pieces: list[bytes] = []
        limit = end if stop < 0 else stop
        while start < limit and (stop >= 0 or self.data[start : start + 2] != b"\0\0"):
            pieces.append(self.octets(start, limit, depth + 1))
            start = self.after(start, limit)
        return b"".join(pieces)


def signed_content(data: bytes) -> bytes | None:
    """The mail inside of a signature; None if it is encrypted, signed apart, or broken."""
    for _ in range(3):  # a compressed one may lie in a signed one, and the other way round
        try:
            kind, content = _content(_Reader(data))
            content = _inflated(content) if kind == _COMPRESSED else content
        except (_Broken, zlib.error):
            return None
        if not content or content[:1] != b"\x30":
            return content or None
        data = content
    return None


def _content(reader: _Reader) -> tuple[bytes, bytes]:
    at, end = reader.into(0, len(reader.data), _SEQUENCE)
    kind, at = _oid(reader, at, end)
    if kind not in (_SIGNED, _COMPRESSED):
        raise _Broken
    at, end = reader.into(at, end, _EXPLICIT)
    at, end = reader.into(at, end, _SEQUENCE)
    at = _past(reader, at, end, _INTEGER)
    # Digest algorithms of a signature; the one algorithm of a compression.
    at = _past(reader, at, end, _SET if kind == _SIGNED else _SEQUENCE)
    at, end = reader.into(at, end, _SEQUENCE)
    _, at = _oid(reader, at, end)
    if at >= end or reader.data[at : at + 2] == b"\0\0":
        return kind, b""  # signed apart: the words lie beside it
    at, end = reader.into(at, end, _EXPLICIT)
    return kind, reader.octets(at, end)


def _oid(reader: _Reader, at: int, end: int) -> tuple[bytes, int]:
    start, stop = reader.into(at, end, _OID)
    return reader.data[start:stop], stop


def _past(reader: _Reader, at: int, end: int, tag: int) -> int:
    reader.into(at, end, tag)
    return reader.after(at, end)


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    content = inflater.decompress(data, _INFLATED)
    if inflater.unconsumed_tail:
        raise _Broken  # a bomb
    return content
