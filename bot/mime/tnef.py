"""winmail.dat (MS-OXTNEF): the body and the files that Outlook packed into it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.charset import decode

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_ATTRIBUTE: Final = struct.Struct("<BII")
_LONG: Final = struct.Struct("<I")
_RENDER_DATA, _ATTACH_DATA, _ATTACH_TITLE, _ATTACHMENT = 0x9002, 0x800F, 0x8010, 0x9005
_MAPI_PROPERTIES, _BODY, _OEM_CODEPAGE, _SUBJECT = 0x9003, 0x800C, 0x9007, 0x8004
_P_BODY, _P_HTML, _P_RTF, _P_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_P_DATA, _P_FILENAME, _P_LONG_NAME, _P_MIME, _P_CONTENT_ID, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
_FIXED: Final = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE: Final = frozenset((0x1E, 0x1F, 0x102, 0xD))
_RTF_DICTIONARY: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_RTF_TOKEN: Final = pattern(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,5}) ?|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([\r\n]+)"
    r"|([^\\{}\r\n]+)|(\\)"
)
_RTF_SKIPPED: Final = frozenset(
    (
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "themedata",
        "colorschememapping",
        "datastore",
        "listtable",
    )
)


@dataclass(slots=True)
class TnefFile:
    """A file in a winmail.dat."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Tnef:
    """The content of a winmail.dat."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


class _Broken(Exception):
    """The bytes end, or contradict themselves."""


def read_tnef(data: bytes) -> Tnef | None:
    """Read a winmail.dat; None where it is none. What stands before a broken place is kept."""
    if data[:4] != _SIGNATURE:
        return None
    found = Tnef()
    charset = "cp1252"
    try:
        for level, name, start, end in _attributes(data):
            if name == _OEM_CODEPAGE and end - start >= 4:
                charset = f"cp{_LONG.unpack_from(data, start)[0]}"
            elif name == _RENDER_DATA:
                if len(found.files) >= limits.EMBEDDED:
                    break
                found.files.append(TnefFile())
            elif level == 2 and found.files:
                _file_attribute(found.files[-1], name, data[start:end], charset)
            elif name == _BODY and not found.text:
                found.text = _string(data[start:end], charset)
            elif name == _MAPI_PROPERTIES:
                _message_properties(found, data[start:end], charset)
    except (_Broken, struct.error):
        pass
    found.files = [one for one in found.files if one.data]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    at = 6
    while at + _ATTRIBUTE.size <= len(data):
        level, name, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + length > len(data):
            raise _Broken
        yield level, name & 0xFFFF, at, at + length
        at += length + 2  # the checksum, wrong too often to be of use


def _file_attribute(one: TnefFile, name: int, data: bytes, charset: str) -> None:
    if name == _ATTACH_TITLE and not one.name:
        one.name = _string(data, charset)
    elif name == _ATTACH_DATA:
        one.data = data
    elif name == _ATTACHMENT:
        for prop, kind, value in _properties(data):
            if prop in (_P_LONG_NAME, _P_FILENAME, _P_DISPLAY):
                if prop == _P_LONG_NAME or not one.name:
                    one.name = _typed(value, kind, charset) or one.name
            elif prop == _P_MIME:
                one.content_type = _typed(value, kind, charset).lower()
            elif prop == _P_CONTENT_ID:
                one.content_id = _typed(value, kind, charset).strip("<>")
            elif prop == _P_DATA and not one.data:
                # An embedded object begins with the id of its interface.
                one.data = value[16:] if kind == 0xD else value


def _message_properties(found: Tnef, data: bytes, charset: str) -> None:
    code = ""
    html = rtf = b""
    for prop, kind, value in _properties(data):
        if prop == _P_CODEPAGE and len(value) >= 4:
            code = f"cp{_LONG.unpack_from(value)[0]}"
        elif prop == _P_BODY and not found.text:
            found.text = _typed(value, kind, charset)
        elif prop == _P_HTML:
            html = value
        elif prop == _P_RTF:
            rtf = value
    if html:
        found.html = decode(html.rstrip(b"\0"), code or charset)
    if rtf and not found.text and not found.html:
        found.text = rtf_text(_decompressed(rtf).decode("latin-1"))


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The MAPI properties of a stream (MS-OXTNEF 2.1.3.4); a multiple value gives its first."""
    (count,) = _LONG.unpack_from(data, 0)
    at = 4
    for _ in range(min(count, 10_000)):
        kind, prop = struct.unpack_from("<HH", data, at)
        at += 4
        if prop >= 0x8000:
            at = _after_name(data, at)
        is_multiple, base = bool(kind & 0x1000), kind & 0x0FFF
        values = 1
        if is_multiple or base in _VARIABLE:
            (values,) = _LONG.unpack_from(data, at)
            at += 4
        for number in range(min(values, 10_000)):
            if base in _VARIABLE:
                (length,) = _LONG.unpack_from(data, at)
                at += 4
                if at + length > len(data):
                    raise _Broken
                value = data[at : at + length]
                at += length + (-length % 4)
            elif base in _FIXED:
                value = data[at : at + _FIXED[base]]
                at += _FIXED[base]
            else:
                raise _Broken
            if number == 0:
                yield prop, base, value


def _after_name(data: bytes, at: int) -> int:
    at += 16
    (is_string,) = _LONG.unpack_from(data, at)
    at += 4
    if not is_string:
        return at + 4
    (length,) = _LONG.unpack_from(data, at)
    return int(at + 4 + length + (-length % 4))


def _typed(value: bytes, kind: int, charset: str) -> str:
    return decode(value, "utf-16-le").rstrip("\0") if kind == 0x1F else _string(value, charset)


def _string(value: bytes, charset: str) -> str:
    return decode(value.rstrip(b"\0"), charset)


def _decompressed(data: bytes) -> bytes:
    """MS-OXRTFCP: LZ77 over a ring of 4,096 bytes that begins with a fixed dictionary."""
    if len(data) < 16 or data[8:12] == b"MELA":
        return data[16:]
    ring = bytearray(_RTF_DICTIONARY.ljust(4096, b"\0"))
    write = len(_RTF_DICTIONARY)
    out = bytearray()
    wanted = min(_LONG.unpack_from(data, 4)[0], limits.TEXT * 4)
    at = 16
    while at < len(data) and len(out) < wanted:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                token = data[at] << 8 | data[at + 1]
                at += 2
                read, length = token >> 4, (token & 0xF) + 2
                if read == write:
                    return bytes(out)
                for step in range(length):
                    byte = ring[(read + step) % 4096]
                    out.append(byte)
                    ring[write] = byte
                    write = (write + 1) % 4096
            elif at < len(data):
                out.append(data[at])
                ring[write] = data[at]
                write = (write + 1) % 4096
                at += 1
    return bytes(out)


def rtf_text(rtf: str) -> str:
    """The words of an RTF document, its groups of fonts, colours and pictures left out."""
    out: list[str] = []
    skipping = 0
    depth = 0
    code = "cp1252"
    for match in _RTF_TOKEN.finditer(rtf[: limits.TEXT * 4]):
        hexed, wide, word, number, symbol, brace, _, text, _ = match.groups()
        if brace == "{":
            depth += 1
        elif brace == "}":
            depth -= 1
            if depth < skipping:
                skipping = 0
        elif skipping:
            continue
        elif word in _RTF_SKIPPED or symbol == "*":
            skipping = depth
        elif word == "ansicpg" and number:
            code = f"cp{number}"
        elif hexed:
            out.append(f"\udcff{hexed}")
        elif wide:
            out.append(chr(int(wide) & 0xFFFF))
        elif word in ("par", "line", "row"):
            out.append("\n")
        elif word in ("tab", "cell"):
            out.append("\t")
        elif symbol in ("\\", "{", "}"):
            out.append(symbol)
        elif symbol == "~":
            out.append(" ")
        elif text:
            out.append(text)
    joined = re.sub(
        "(?:\udcff[0-9a-fA-F]{2})+",
        lambda run: decode(bytes.fromhex(run[0].replace("\udcff", "")), code),
        "".join(out),
    )
    return decode(joined.encode("utf-8", "surrogatepass"), "utf-8").strip()
