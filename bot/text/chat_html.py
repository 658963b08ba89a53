"""Turns the body of a mail into the safe HTML that a Matrix room may show."""

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from bot.domain.patterns import pattern
from bot.text.html_plain import write_plain
from bot.text.html_writer import RoomHtml
from bot.text.inert import inert_html

_UNSHOWN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ud800-\udfff]")
_MAX_TEXT: Final = 300_000
"""Characters that are written; a room shows far less, and the original is kept."""


def to_chat_html(
    *,
    text: str,
    html: str,
    visible: str,
    rest: str,
    inline_images: Mapping[str, str],
    quoted_summary: str = "…",
    visible_html: str = "",
    rest_html: str = "",
) -> str:
    """Safe Matrix HTML of a whole body: the new words, then the rest folded in `<details>`.

    Args:
        text: the plain-text body.
        html: the HTML body as sent (hostile).
        visible: what stands unfolded, as plain text (`VisibleSplit.shown`).
        rest: the folded words as plain text (`VisibleSplit.rest`).
        inline_images: sha256 by content id, Content-Location, or (for `data:` URIs) sha256 of the decoded bytes.
        quoted_summary: what the fold is called, in the reader's language.
        visible_html: the HTML of the new words (`VisibleSplit.visible_html`); `html` stands in for it.
        rest_html: the HTML of the folded part (`VisibleSplit.rest_html`).
    """
    shown = _of_html(visible_html or html, inline_images) if visible_html or html else ""
    folded = _of_html(rest_html, inline_images) if shown and rest_html else ""
    if not shown:
        shown = _of_text(visible or (text if not rest else ""))
        folded = _of_text(rest) or folded
    if folded:
        summary = escape(quoted_summary, quote=False)
        shown += f"<details><summary>{summary}</summary>{folded}</details>"
    return inert_html(shown)


def _of_html(html: str, images: Mapping[str, str]) -> str:
    # lxml costs 15 ms at the start; many mails have no HTML.
    from bot.html_tree import parse_html
    from bot.text.html_walk import write_html

    root = parse_html(html)
    if root is None:
        return ""
    room = RoomHtml()
    write_html(root, room, images)
    return room.html()


def _of_text(text: str) -> str:
    if not text.strip():
        return ""
    room = RoomHtml()
    write_plain(_UNSHOWN.sub("", text[:_MAX_TEXT]), room)
    return room.html()


_TOKEN = pattern(r"<(/?)([a-z][a-z0-9]*)[^<>]*>|[^<]+|<")
_VOID: Final = frozenset(("br", "hr", "img"))
_ENDS_BLOCK: Final = frozenset("p li blockquote ul ol table tr h1 h2 h3 h4 h5 h6 pre details".split())


def json_size(text: str) -> int:
    """Bytes of a text inside canonical JSON, without its quotes (Matrix spec, appendices 3.1)."""
    size = len(text.encode("utf-8", "replace"))
    return size + text.count('"') + text.count("\\") + sum(text.count(c) for c in "\n\t\r\b\f")


def cut_to_budget(html: str, budget: int) -> tuple[str, bool]:
    """HTML of at most `budget` bytes, cut at the end of a block, and whether it was cut.

    Args:
        html: HTML as `to_chat_html` makes it.
        budget: bytes of UTF-8 as they stand in JSON, so quotes and line ends count twice.
    """
    if json_size(html) <= budget:
        return html, False
    stack: list[str] = []
    size = 0
    closing = 0
    safe = (0, "")
    for token in _TOKEN.finditer(html):
        piece = token.group()
        name = token[2]
        cost = json_size(piece)
        if name is None and size + cost + closing > budget:
            return _cut_words(html, token.start(), piece, budget - size - closing, stack, safe), True
        if size + cost + closing > budget:
            break
        size += cost
        if name is None or name in _VOID:
            if name == "hr":
                safe = (token.end(), _closed(stack))
            continue
        if token[1]:
            if name in stack:
                while stack.pop() != name:
                    pass
                closing = sum(len(tag) + 3 for tag in stack)
            if name in _ENDS_BLOCK:
                safe = (token.end(), _closed(stack))
        else:
            stack.append(name)
            closing += len(name) + 3
    end, closed = safe
    return html[:end] + closed, True


def _cut_words(html: str, start: int, piece: str, room: int, stack: list[str], safe: tuple[int, str]) -> str:
    """Cut at the last block end, or inside the words where hardly anything would be left."""
    end, closed = safe
    if end * 2 >= start or "details" in stack or room < 8:
        return html[:end] + closed
    kept = piece[:room]
    while json_size(kept) > room - 3:
        kept = kept[: max(0, len(kept) * 9 // 10 - 1)]
    # Never inside a character reference.
    kept = re.sub(r"&[#\w]{0,10}$", "", kept)
    kept = kept.rsplit(" ", 1)[0] if " " in kept else kept
    return html[:start] + kept + "…" + _closed(stack)


def _closed(stack: list[str]) -> str:
    return "".join(f"</{tag}>" for tag in reversed(stack))
