"""Walks the hostile HTML of a mail and writes what may be shown of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from lxml import etree

from bot.domain.css import font_size_is_zero, hides
from bot.domain.patterns import pattern
from bot.domain.words import emoji_in
from bot.html_tree import UNSHOWN, WORDLESS
from bot.text.html_links import lies, live_href, shown_host
from bot.text.html_pictures import NUMBER, image_digest, pixels
from bot.text.html_tables import is_data_table
from bot.text.html_writer import RoomHtml

MAX_WORDS: Final = 300_000
"""Characters that are written; a room shows far less, and the original is kept."""
_MAX_NODES: Final = 40_000
_SKIPPED: Final = WORDLESS | {"x-folded"}
_BLOCKS: Final = frozenset(
    """
    address article aside body center dd details dialog dir div dl dt fieldset figcaption figure footer form
    header html legend main menu nav noscript section summary
    """.split()
)
_PARAGRAPHS: Final = {"p": "", "h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}
_INLINE: Final = {
    "b": "b", "strong": "b", "i": "i", "em": "i", "cite": "i", "dfn": "i", "var": "i", "u": "u", "ins": "u",
    "s": "del", "strike": "del", "del": "del",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code", "sup": "sup", "sub": "sub",
}  # fmt: skip
_BLANK = pattern("^[\\s\u00ad\u034f\u061c\u180e\u2007\u200b-\u200f\u2028-\u202f\u2060-\u206f\u2800\u3000\ufeff]*$")
_TIGHT = pattern(r"mso-?(?:normal|plaintext|list)|plaintext", re.IGNORECASE)
_NO_MARGIN = pattern(r"margin(?:-bottom|-top)?\s{0,5}:\s{0,5}0", re.IGNORECASE)
_BOLD = pattern(r"font-weight\s{0,5}:\s{0,5}(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC = pattern(r"font-style\s{0,5}:\s{0,5}(?:italic|oblique)", re.IGNORECASE)
_STRUCK = pattern(r"text-decoration[a-z-]{0,6}\s{0,5}:\s{0,5}line-through", re.IGNORECASE)
_INDENT_ONLY = pattern(r"border\s{0,4}:\s{0,4}(?:none|0)", re.IGNORECASE)

# What is to be undone at the end of an element.
_INLINE_1: Final = 1
_INLINE_2: Final = 2
_CONTAINER: Final = 4
_BLOCK: Final = 8
_GAP: Final = 16
_TINY: Final = 32
_TABLE: Final = 64
_HOST: Final = 128
_PRE: Final = 256
_INLINE_3: Final = 512


def write_html(root: etree._Element, room: RoomHtml, images: Mapping[str, str]) -> None:
    """Write a tree, without what a mail program would not show, as lines, lists, quotes and data tables."""
    _Walk(room, images).run(root)


class _Walk:
    def __init__(self, room: RoomHtml, images: Mapping[str, str]) -> None:
        self.room = room
        self.images = images
        self.tiny: list[bool] = []
        self.tables: list[bool] = []
        """For each table around, whether it is a data table."""
        self.pre: list[bool] = []
        """For each `pre` around, whether it is written as code."""
        self.hosts: list[str] = []
        self.nbsp = False

    def run(self, root: etree._Element) -> None:
        room = self.room
        walk = etree.iterwalk(root, events=("start", "end"))
        undo: list[int] = []
        nodes = 0
        for event, element in walk:
            if event == "start":
                nodes += 1
                if nodes > _MAX_NODES or room.size > MAX_WORDS:
                    # What is open is closed by the writer.
                    break
                tag = element.tag
                style = element.get("style")
                if tag in _SKIPPED or (style and hides(style)) or element.get("hidden") is not None:
                    walk.skip_subtree()
                    undo.append(0)
                    continue
                undo.append(self.start(element, tag, style))
                if element.text:
                    self.text(element.text)
            else:
                done = undo.pop()
                if done:
                    self.end(done)
                if element.tail and element is not root:
                    self.text(element.tail)

    def text(self, text: str) -> None:
        if self.tiny and self.tiny[-1]:
            return
        text = text[: MAX_WORDS - self.room.size] if self.room.size < MAX_WORDS else ""
        if _BLANK.match(text):
            if not self.pre:
                self.nbsp = self.nbsp or "\u00a0" in text
                self.room.words(" ")
                return
        text = UNSHOWN.sub("", text)
        if not self.pre:
            self.nbsp = False
            self.room.words(text)
        elif self.pre[-1]:
            self.room.verbatim(text)
        else:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.room.line()
                self.room.words(line)

    # -- elements ------------------------------------------------------------------------------------------------------

    def start(self, element: etree._Element, tag: str, style: str | None) -> int:
        room = self.room
        undo = 0
        if style:
            zero = font_size_is_zero(style)
            if zero is not None:
                self.tiny.append(zero)
                undo = _TINY
        if tag in _BLOCKS:
            room.block()
            self.nbsp = False
            return undo | _BLOCK | (self._styled(style) if style else 0)
        if tag in _INLINE:
            return undo | (_INLINE_1 if room.begin_inline(_INLINE[tag]) else 0)
        match tag:
            case "br":
                room.line()
            case "p":
                gap = not (_TIGHT.search(element.get("class") or "") or (style and _NO_MARGIN.search(style)))
                room.block(gap=gap)
                self.nbsp = False
                undo |= _BLOCK | (_GAP if gap else 0) | (self._styled(style) if style else 0)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                if self.tables and self.tables[-1]:
                    room.block()
                    undo |= _BLOCK
                else:
                    undo |= _CONTAINER if room.begin(_PARAGRAPHS[tag]) else _BLOCK
            case "a":
                undo |= self._link(element)
            case "span" | "font":
                undo |= self._styled(style) if style else 0
            case "img":
                self._image(element, style)
            case "ul" | "ol":
                attributes = ""
                if tag == "ol" and (first := NUMBER.match(element.get("start") or "")) and first[1] != "1":
                    attributes = f' start="{int(first[1])}"'
                undo |= _CONTAINER if room.begin(tag, attributes) else _BLOCK
            case "li":
                if room.container in ("ul", "ol"):
                    undo |= _CONTAINER if room.begin("li") else _BLOCK
                else:
                    room.block()
                    room.words("• ")
                    undo |= _BLOCK
            case "blockquote":
                if style and _INDENT_ONLY.search(style) and not element.get("type") and not element.get("class"):
                    room.block(gap=True)
                    undo |= _BLOCK | _GAP
                else:
                    undo |= _CONTAINER if room.begin("blockquote") else _BLOCK
            case "pre":
                undo |= self._pre(element, style)
            case "hr":
                room.rule()
            case "table":
                undo |= self._table(element)
            case "tr" | "caption":
                if self.tables and self.tables[-1]:
                    undo |= _CONTAINER if room.begin(tag) else _BLOCK
                else:
                    room.block()
                    undo |= _BLOCK
            case "td" | "th":
                if self.tables and self.tables[-1]:
                    undo |= _CONTAINER if room.begin(tag) else _BLOCK
                elif room.line_has_words and _is_short(element):
                    room.words(" ")
                else:
                    room.block()
                    undo |= _BLOCK
            case _:
                pass
        return undo

    def end(self, undo: int) -> None:
        room = self.room
        for bit in (_INLINE_3, _INLINE_2, _INLINE_1):
            if undo & bit:
                room.end_inline()
        if undo & _HOST:
            host = self.hosts.pop()
            if host:
                room.words(f" ({host})")
        if undo & _CONTAINER:
            room.end()
        if undo & _BLOCK:
            if self.nbsp and not room.line_has_words:
                room.block(gap=True)
            self.nbsp = False
            room.block(gap=bool(undo & _GAP))
        if undo & _TINY:
            self.tiny.pop()
        if undo & _TABLE:
            self.tables.pop()
        if undo & _PRE:
            self.pre.pop()

    def _styled(self, style: str) -> int:
        undo = 0
        if "font-" in style or "text-decoration" in style:
            if _BOLD.search(style) and self.room.begin_inline("b"):
                undo |= _INLINE_1
            if _ITALIC.search(style) and self.room.begin_inline("i"):
                undo |= _INLINE_2
            if _STRUCK.search(style) and self.room.begin_inline("del"):
                undo |= _INLINE_3
        return undo

    def _link(self, element: etree._Element) -> int:
        given = element.get("href")
        href = live_href(given) if given else None
        if href is None:
            return 0
        undo = _INLINE_1 if self.room.begin_inline("a", f' href="{escape(href)}"') else 0
        if not href.startswith("mailto:"):
            shown = "".join(map(str, element.itertext()))[:600] if len(element) < 40 else ""
            if lies(shown, href):
                self.hosts.append(shown_host(href))
                undo |= _HOST
        return undo

    def _pre(self, element: etree._Element, style: str | None) -> int:
        words = "".join(map(str, element.itertext()))[:20_000]
        lines = words.count("\n") + 1
        is_code = not (
            lines > 60
            or lines == 1
            or len(element)
            or (style and ("pre-wrap" in style or "font-family" in style))
            or (element.get("class") or "").startswith("moz-")
            or _is_prose(words)
        )
        self.pre.append(is_code)
        if is_code and self.room.begin("pre"):
            return _CONTAINER | _PRE
        self.pre[-1] = False
        self.room.block(gap=True)
        return _BLOCK | _GAP | _PRE

    def _table(self, element: etree._Element) -> int:
        is_data = not (self.tables and self.tables[-1]) and is_data_table(element)
        self.tables.append(is_data)
        if is_data and self.room.begin("table"):
            return _CONTAINER | _TABLE
        self.tables[-1] = False
        self.room.block()
        return _BLOCK | _TABLE

    def _image(self, element: etree._Element, style: str | None) -> None:
        source = (element.get("src") or "").strip()
        alt = " ".join(UNSHOWN.sub("", element.get("alt") or element.get("title") or "").split())[:200]
        if _BLANK.match(alt):
            alt = ""
        width, height = pixels(element.get("width"), style, "width"), pixels(element.get("height"), style, "height")
        digest = image_digest(source, self.images)
        if digest:
            size = "".join(f' {name}="{value}"' for name, value in (("width", width), ("height", height)) if value)
            title = f' alt="{escape(alt)}"'
            # Attributes without quotes are valid, and a pattern that reads them needs no second form.
            self.room.markup(f"<img src=mxc://inline/{digest}{title}{size}>")
            return
        small = (width is not None and width <= 2) or (height is not None and height <= 2)
        if alt:
            self.room.words(emoji_in(alt) or f"[image: {alt}]")
        elif (
            not small
            and source
            and element.get("alt") is None
            and (width is None or width > 16)
            and (height is None or height > 16)
        ):
            self.room.words("[image]")
        elif (
            not small
            and (parent := element.getparent()) is not None
            and parent.tag == "a"
            and not "".join(map(str, parent.itertext())).strip()
        ):
            self.room.words("[image]")


def _is_short(cell: etree._Element) -> bool:
    """Whether a cell is short enough to stand on the line of the cell before it."""
    return len(cell) <= 3 and not any(
        child.tag in _BLOCKS or child.tag in ("p", "table", "ul", "ol", "br", "h1", "h2", "h3") for child in cell
    )


def _is_prose(words: str) -> bool:
    """Whether the words of a `pre` are a whole mail: lines of prose, none indented."""
    lines = [line for line in words.split("\n") if line.strip()]
    indented = sum(line[0] in " \t" for line in lines)
    return bool(lines) and indented * 5 <= len(lines) and sum(len(line.split()) >= 4 for line in lines) * 2 > len(lines)
