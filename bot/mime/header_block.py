"""The header block of a message or part: found, repaired and cut to limits, as raw bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.domain.patterns import pattern
from bot.mime import limits

_FIELD: Final = pattern(rb"([!-9;-~]{1,200}?)[ \t]*:")
_END: Final = pattern(rb"\n\r*\n")
_FOLD: Final = pattern(rb"\n[ \t]*")
_LINE_ENDS: Final = pattern(rb"\r*\n|\r+")
_KNOWN: Final = frozenset(
    b"from sender reply-to to cc bcc subject date message-id in-reply-to references mime-version content-type "
    b"content-transfer-encoding content-disposition content-id content-description content-location return-path "
    b"received delivered-to x-mailer user-agent auto-submitted precedence list-id resent-from "
    b"authentication-results x-failed-recipients x-original-to envelope-to".split()
)
_THREADING: Final = frozenset((b"references", b"in-reply-to"))


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a block in order: names in lower case, values unfolded, raw."""

    fields: tuple[tuple[str, bytes], ...] = ()
    _first: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def get(self, name: str) -> bytes:
        """The first field of this name; empty where there is none."""
        return self._first.get(name, b"")

    def all(self, name: str) -> list[bytes]:
        """Every field of this name, topmost first."""
        return [value for key, value in self.fields if key == name] if name in self._first else []

    def __contains__(self, name: object) -> bool:
        return name in self._first


@dataclass(frozen=True, slots=True)
class Block:
    """A header block and where its body begins."""

    headers: Headers
    body: int
    defects: tuple[str, ...] = ()
    envelope_line: bytes = b""
    """The words of an mbox `From ` line above the block, without its first word."""


def normalised(raw: bytes) -> bytes:
    """The bytes with line ends that can be read: a file of lone CR (old Macintosh) becomes one of LF."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode()
    if b"\n" not in raw[:4096] and b"\r" in raw[:4096]:
        return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def read_block(raw: bytes, start: int, end: int, *, is_message: bool) -> Block:
    """Read the block that begins at `start`.

    A message may begin with blank lines and an mbox line; a body part that begins with a blank line has no headers.
    A line that is neither `Name:` nor folded is glued to the field before it when more fields follow, so that one bad
    line does not hide the sender; when none follow, the body has begun without its blank line.
    """
    if is_message:
        while start < end and raw[start] in b"\r\n":
            start += 1
    elif raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Block(headers=Headers(), body=start + (1 if raw[start : start + 1] == b"\n" else 2))
    limit = min(end, start + limits.HEADER_BLOCK)
    match = _END.search(raw, start, limit)
    stop, body = (match.start(), match.end()) if match else (limit, limit)
    defects: list[str] = []
    if not match and limit < end:
        defects.append("header_block_cut")
    block = raw[start:stop]
    if b"\r" in block:
        block = _LINE_ENDS.sub(b"\n", block)
    return _fields(block, raw=raw, start=start, stop=stop, body=body, defects=defects)


def _fields(block: bytes, *, raw: bytes, start: int, stop: int, body: int, defects: list[str]) -> Block:
    lines = block.split(b"\n", limits.HEADER_LINES)[: limits.HEADER_LINES]
    last_known = _last_known(lines)
    found: list[tuple[bytes, list[bytes]]] = []
    current: list[bytes] | None = None
    envelope = b""
    for number, line in enumerate(lines):
        if line[:1] in (b" ", b"\t"):
            if current is not None:
                current.append(line)
            continue
        match = _FIELD.match(line)
        if match and not (number > last_known and _is_prose(line, match.end())):
            current = [line[match.end() :]]
            found.append((match[1].lower(), current))
        elif line.startswith((b"From ", b">From ")):
            if not found:
                envelope = line.partition(b" ")[2]
            current = None
        elif number <= last_known:
            defects.append("header_repaired")
            if current is not None:
                current.append(b" " + line)
        elif line:
            if match:
                current = [line[match.end() :]]
                found.append((match[1].lower(), current))
                continue
            # No field follows: the blank line between headers and body is missing.
            defects.append("missing_separator")
            body = _line_start(raw, number, start=start, stop=stop)
            break
    kept = _kept(found, defects)
    first: dict[str, bytes] = {}
    for name, value in kept:
        first.setdefault(name, value)
    return Block(
        headers=Headers(fields=tuple(kept), _first=first),
        body=body,
        defects=tuple(dict.fromkeys(defects)),
        envelope_line=envelope,
    )


def _last_known(lines: list[bytes]) -> int:
    """The number of the last line that is a field with a meaning; -1 where none is."""
    for number in range(len(lines) - 1, -1, -1):
        match = _FIELD.match(lines[number])
        if match and (match[1].lower() in _KNOWN or match[1][:2].lower() == b"x-"):
            return number
    return -1


def _is_prose(line: bytes, colon: int) -> bool:
    # `http://…` is a line of text, not a field.
    return line[colon : colon + 2] == b"//"


def _line_start(raw: bytes, number: int, *, start: int, stop: int) -> int:
    """The place where line `number` of the block begins."""
    for count, match in enumerate(_LINE_ENDS.finditer(raw, start, stop), start=1):
        if count == number:
            return match.end()
    return start


def _kept(found: list[tuple[bytes, list[bytes]]], defects: list[str]) -> list[tuple[str, bytes]]:
    kept: list[tuple[str, bytes]] = []
    for name, parts in found:
        if len(kept) >= limits.HEADER_FIELDS and (name not in _KNOWN or len(kept) >= limits.HEADER_FIELDS * 2):
            defects.append("too_many_headers")
            continue
        value = b"\n".join(parts)
        if len(value) > limits.HEADER_FIELD:
            defects.append("header_cut")
            if name in _THREADING:
                # The newest ids stand last, the root first.
                quarter = limits.HEADER_FIELD // 4
                value = value[:quarter].rpartition(b">")[0] + b">\n <" + value[-3 * quarter :].partition(b"<")[2]
            else:
                value = value[: limits.HEADER_FIELD]
        kept.append((name.decode("ascii"), _FOLD.sub(b" ", value).strip(b" \t")))
    return kept
