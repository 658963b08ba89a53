"""Files that stand inside a text: uuencode and yEnc blocks."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final

from bot.domain.patterns import pattern
from bot.mime import limits

_BEGIN: Final = pattern(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_END: Final = pattern(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_UU_LINE: Final = pattern(rb"[ -`]*\r?")
_YENC: Final = pattern(rb"^=ybegin [^\r\n]{0,400}?name=([^\r\n]{1,400})\r?\n(?:=ypart [^\r\n]*\r?\n)?", re.MULTILINE)
_YEND: Final = pattern(rb"^=yend[^\r\n]*\r?$", re.MULTILINE)
_YENC_TABLE: Final = bytes((byte - 42) & 0xFF for byte in range(256))
_YENC_ESCAPED: Final = pattern(rb"=(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file cut out of a text: its raw name and its bytes."""

    name: bytes
    data: bytes


def cut_embedded(body: bytes) -> tuple[bytes, tuple[Embedded, ...]]:
    """The text without its uuencode and yEnc blocks, and the files that they were."""
    if b"begin" not in body:
        return body, ()
    files: list[Embedded] = []
    text: list[bytes] = []
    at = 0
    while len(files) < limits.EMBEDDED:
        begin = _BEGIN.search(body, at) or _YENC.search(body, at)
        if begin is None:
            break
        is_yenc = begin.re is _YENC
        end = (_YEND if is_yenc else _END).search(body, begin.end())
        if end is None:
            break
        inner = body[begin.end() : end.start()]
        data = _yenc(inner) if is_yenc else _uu(inner, base64=begin[0].startswith(b"begin-base64"))
        if data is None:  # prose that happens to begin so
            text.append(body[at : begin.end()])
            at = begin.end()
            continue
        text.append(body[at : begin.start()])
        files.append(Embedded(name=begin[1].strip(), data=data))
        at = end.end()
    return b"".join((*text, body[at:])), tuple(files)


def unpack_uuencoded(body: bytes) -> bytes | None:
    """The bytes of a part whose transfer encoding is uuencode; None where it is not."""
    begin = _BEGIN.search(body)
    end = _END.search(body, begin.end() if begin else 0)
    return _uu(body[begin.end() if begin else 0 : end.start() if end else len(body)], base64=False)


def _uu(inner: bytes, *, base64: bool) -> bytes | None:
    if base64:
        try:
            return binascii.a2b_base64(inner)
        except binascii.Error:
            return None
    out: list[bytes] = []
    for line in inner.split(b"\n"):
        if not line.strip():
            continue
        if not _UU_LINE.fullmatch(line):
            return None
        try:
            out.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            # Encoders that count wrongly: take as many characters as the length byte asks for.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return None
    return b"".join(out)


def _yenc(inner: bytes) -> bytes:
    plain = inner.replace(b"\r", b"").replace(b"\n", b"")
    plain = _YENC_ESCAPED.sub(lambda match: bytes(((match[1][0] - 64) & 0xFF,)), plain)
    return plain.translate(_YENC_TABLE)
