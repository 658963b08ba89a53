"""The tree of a message: its parts as ranges of the bytes they stand in, found without copying them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.header_block import Headers, read_block
from bot.mime.parameters import EMPTY, Value, read_value
from bot.mime.signed import signed_content
from bot.mime.transfer import encoding_of, undo

_TYPE: Final = pattern(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_GUESSED_BOUNDARY: Final = pattern(rb"(?:\A|\n)--([^\s]{1,200})[ \t]*\r*\n(?:content-|\r*\n)", re.IGNORECASE)
SIGNED_TYPES: Final = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
"""Signed (with the words inside), compressed or encrypted (RFC 8551 3.2)."""
_ENTITY: Final = pattern(rb"\s{0,10}(?:content-[a-z-]{1,40}|mime-version)[ \t]*:", re.IGNORECASE)
"""The beginning of a signed mail; a signed document (`invoice.xml.p7m`) is a file."""
_MESSAGES: Final = frozenset(("message/rfc822", "message/global", "message/news", "message/x-rfc822"))


@dataclass(slots=True)
class Part:
    """One entity: a message, a multipart, or a leaf. Its body is `raw[start:end]`, still encoded."""

    raw: bytes
    headers: Headers
    start: int
    end: int
    content_type: str
    """In lower case; `text/plain` where nothing usable is said (RFC 2045 5.2)."""
    type_parameters: Value
    disposition: Value
    encoding: str
    declared: bool
    """True where the Content-Type was given and usable."""
    children: list[Part] = field(default_factory=list)
    defects: tuple[str, ...] = ()
    envelope_line: bytes = b""

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        return self.content_type in _MESSAGES

    def body(self, limit: int | None = None) -> bytes:
        """The decoded bytes; with a limit, of the first so many encoded ones."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        is_lines = self.encoding == "binary" and self.content_type.startswith(("text/", "message/"))
        return undo(self.raw, start=self.start, end=end, encoding="" if is_lines else self.encoding)

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in order."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


@dataclass(slots=True)
class _Budget:
    parts: int = limits.PARTS
    opened: int = 0
    """Signatures that were opened to what they sign."""
    defects: list[str] = field(default_factory=list)


def read_message(raw: bytes, *, start: int = 0, end: int | None = None) -> Part:
    """The tree of the message in `raw[start:end]`. Messages inside it stay leaves; see `read_inner`."""
    budget = _Budget()
    root = _entity(raw, start, len(raw) if end is None else end, budget=budget, is_message=True, default="text/plain")
    # A list instead of recursion: nesting is the sender's choice, the stack is ours.
    todo = [(root, 0)]
    while todo:
        part, depth = todo.pop()
        if part.content_type in SIGNED_TYPES and budget.opened < limits.SIGNATURES and depth < limits.DEPTH:
            budget.opened += 1
            part.children = _inside_signature(part, budget)
            todo.extend((child, depth + 1) for child in part.children)
        if part.is_multipart:
            if depth >= limits.DEPTH:
                budget.defects.append("too_deep")
                continue
            _divide(part, budget)
            todo.extend((child, depth + 1) for child in part.children)
    root.defects = tuple(dict.fromkeys((*root.defects, *budget.defects)))
    return root


def _inside_signature(part: Part, budget: _Budget) -> list[Part]:
    """The signed mail, as the one part below its signature; nothing where the content is encrypted, or a file."""
    content = signed_content(part.body())
    if content is None or not _ENTITY.match(content):
        return []
    return [_entity(content, 0, len(content), budget=budget, is_message=False, default="text/plain")]


def read_inner(part: Part) -> Part:
    """The tree of the message that a message/rfc822 part (or one like it) carries."""
    if part.encoding not in ("", "binary"):
        return read_message(part.body())
    return read_message(part.raw, start=part.start, end=part.end)


def _entity(raw: bytes, start: int, end: int, *, budget: _Budget, is_message: bool, default: str) -> Part:
    block = read_block(raw, start, end, is_message=is_message)
    declared = read_value(block.headers.get("content-type"))
    content_type = declared.value
    usable = bool(_TYPE.fullmatch(content_type))
    if not usable:
        content_type = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(
            content_type, default
        )
        if not declared.value and "boundary" in declared.parameters:
            content_type = "multipart/mixed"
    disposition = block.headers.get("content-disposition")
    return Part(
        raw=raw,
        headers=block.headers,
        start=block.body,
        end=end,
        content_type=content_type,
        type_parameters=declared,
        disposition=read_value(disposition) if disposition else EMPTY,
        encoding=encoding_of(block.headers.get("content-transfer-encoding")),
        declared=usable,
        defects=block.defects,
        envelope_line=block.envelope_line,
    )


def _divide(part: Part, budget: _Budget) -> None:
    if part.encoding in ("base64", "qp", "uu"):
        # RFC 2045 6.4 forbids it; gateways do it. Where the boundary stands in clear, the label is wrong.
        boundary = part.type_parameters.get("boundary").encode()
        if not boundary or part.raw.find(b"--" + boundary, part.start, part.end) < 0:
            part.raw = part.body()
            part.start, part.end = 0, len(part.raw)
        part.encoding = ""
    ranges = _ranges(part, _boundary(part), budget)
    if not ranges and (
        match := _GUESSED_BOUNDARY.search(part.raw, max(part.start - 1, 0), min(part.end, part.start + 65536))
    ):
        budget.defects.append("boundary_guessed")
        ranges = _ranges(part, match[1], budget)
    if not ranges:
        budget.defects.append("no_parts")
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in ranges:
        child = _entity(part.raw, start, end, budget=budget, is_message=False, default=default)
        part.children.append(child)


def _boundary(part: Part) -> bytes:
    return part.type_parameters.get("boundary").encode("utf-8", "surrogateescape").rstrip(b" ")


def _ranges(part: Part, boundary: bytes, budget: _Budget) -> list[tuple[int, int]]:
    """The place of each body part (RFC 2046 5.1.1); the line break before a delimiter belongs to the delimiter."""
    if not boundary:
        return []
    raw, delimiter = part.raw, b"--" + boundary
    found: list[tuple[int, int]] = []
    begun = -1
    at = part.start
    while (hit := raw.find(delimiter, at, part.end)) >= 0:
        at = hit + len(delimiter)
        if hit > part.start and raw[hit - 1] not in b"\r\n":
            continue
        closes = raw[at : at + 2] == b"--"
        line_end = _line_end(raw, at + 2 if closes else at, part.end)
        if line_end < 0:
            continue  # a longer boundary that begins like this one
        if begun >= 0:
            found.append((begun, _before_break(raw, hit, begun)))
            budget.parts -= 1
            begun = -1
        if closes:
            break
        if budget.parts <= 0:
            budget.defects.append("too_many_parts")
            break
        begun = at = line_end
    if begun >= 0:
        found.append((begun, part.end))
        budget.parts -= 1
        budget.defects.append("missing_close")
    return found


def _line_end(raw: bytes, at: int, end: int) -> int:
    """The start of the next line where only blanks stand before it; -1 where something else does."""
    while at < end and raw[at] in b" \t\r":
        at += 1
    if at >= end:
        return end
    return at + 1 if raw[at] == 0x0A else -1


def _before_break(raw: bytes, hit: int, begun: int) -> int:
    if hit > begun and raw[hit - 1] == 0x0A:
        hit -= 1
        if hit > begun and raw[hit - 1] == 0x0D:
            hit -= 1
    return hit
