"""Writes the plain text of a mail as paragraphs, quotes and clickable addresses."""

import itertools
from typing import Final

from bot.domain.patterns import pattern
from bot.text.html_links import linkified
from bot.text.html_writer import RoomHtml

_QUOTE = pattern(r"^\s{0,3}((?:>[ \t\u00a0]?){1,30})")
_ITEM = pattern(r"^\s*(?:[-*+\u2022\u00b7#|>]|\d{1,3}[.)]|[A-Za-z][.)]\s)")
_MIN_WRAP: Final = 50
_MAX_WRAP: Final = 90
_MAX_LINES: Final = 20_000


def write_plain(text: str, room: RoomHtml) -> None:
    """Write a text. Lines that a mail program wrapped are joined again, because the room is narrower than they are."""
    lines = text.split("\n")[:_MAX_LINES]
    depth = 0
    block: list[str] = []
    for raw in lines:
        found = _QUOTE.match(raw) if ">" in raw[:4] else None
        level = min(found[1].count(">"), 10) if found else 0
        line = (raw[found.end() :] if found else raw).rstrip()
        if level != depth:
            _write_block(block, room)
            block = []
            while depth > level:
                room.end()
                depth -= 1
            while depth < level:
                room.begin("blockquote")
                depth += 1
        block.append(line)
    _write_block(block, room)
    for _ in range(depth):
        room.end()


def _write_block(lines: list[str], room: RoomHtml) -> None:
    paragraph: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            paragraph.append(line)
            continue
        if paragraph:
            _write_paragraph(paragraph, room)
            room.block(gap=True)
            paragraph = []


def _write_paragraph(lines: list[str], room: RoomHtml) -> None:
    for number, line in enumerate(_unwrapped(lines)):
        if number:
            room.block()
        indent = len(line) - len(line.lstrip(" "))
        words = linkified(line.strip())
        room.markup("\u00a0" * min(indent, 12) + words if indent and number else words)


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines of a paragraph, joined where a program broke them: where the next word would not have fitted."""
    if len(lines) < 2:
        return lines
    width = max(map(len, lines))
    if not _MIN_WRAP <= width <= _MAX_WRAP:
        return lines
    for line, following in itertools.pairwise(lines):
        first = following.split(maxsplit=1)[0]
        if _ITEM.match(following) or following[:1].isspace() or len(line) + 1 + len(first) <= width - 2:
            return lines
    return [" ".join(line.strip() for line in lines)]
