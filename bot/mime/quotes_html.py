"""An HTML body as lines for the quote rules, and the body again without (or only with) what was folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from lxml import etree

from bot.domain.css import font_size_is_zero, hides
from bot.domain.patterns import pattern
from bot.domain.quote_lines import HIDDEN_CHARACTERS, Line, Mark
from bot.domain.words import emoji_in
from bot.html_tree import UNSHOWN, WORDLESS, parse_html
from bot.mime.list_marks import BULLET, OrderedList
from bot.mime.quotes_containers import Container, container_of

_MAX_NODES: Final = 30_000

_BLOCKS: Final = frozenset(
    """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot
    thead tr ul caption legend noscript
    """.split()
)
_SPACED: Final = frozenset(
    """
    p h1 h2 h3 h4 h5 h6 ul ol dl pre table blockquote
    """.split()
)
_LINK = pattern(r"(?:https?://|mailto:)[^\s<>\"]+$", re.IGNORECASE)
_LONGEST_LINK: Final = 2000
_SPACE = pattern(r"[ \t\r\n\f\u00a0]+")
_MSO = pattern(r"mso-?(?:normal|plaintext|list)|plaintext", re.IGNORECASE)
_NO_MARGIN = pattern(r"margin(?:-bottom|-top)?\s{0,5}:\s{0,5}0", re.IGNORECASE)


@dataclass(slots=True)
class _Slice:
    """A part of a text node, or a whole element without text of its own (an image)."""

    element: etree._Element
    is_tail: bool
    start: int
    end: int
    line: int


@dataclass(slots=True)
class HtmlLines:
    """The lines of an HTML body, and where each came from."""

    root: etree._Element
    lines: list[Line] = field(default_factory=list)
    slices: list[_Slice] = field(default_factory=list)
    objects: list[tuple[etree._Element, int]] = field(default_factory=list)
    """Images and rules, with the line they are on."""
    links: list[str] = field(default_factory=list)
    """Addresses that stand behind the words of their links, where those are others."""

    def text(self, folded: Sequence[bool], *, wanted: bool) -> str:
        """The lines that are (or are not) folded, as plain text with `> ` before quoted ones."""
        out: list[str] = []
        for line, away in zip(self.lines, folded, strict=True):
            if away is not wanted:
                continue
            if line.is_rule:
                words = "---"
            else:
                words = line.text
            if line.depth:
                words = ">" * line.depth + " " + words if words else ""
            if words or (out and out[-1]):
                out.append(words)
        return "\n".join(out).strip()

    def html(self, folded: Sequence[bool], *, wanted: bool) -> str:
        """The body with only the lines that are (or are not) folded. The tree is as before afterwards."""
        kept: dict[tuple[etree._Element, bool], list[str]] = {}
        for part in self.slices:
            node = (part.element, part.is_tail)
            pieces = kept.setdefault(node, [])
            if folded[part.line] is wanted:
                whole = (part.element.tail if part.is_tail else part.element.text) or ""
                pieces.append(whole[part.start : part.end])
        texts = [(element, is_tail, element.tail if is_tail else element.text) for element, is_tail in kept]
        tags = [(element, element.tag) for element, line in self.objects if folded[line] is not wanted]
        try:
            for (element, is_tail), pieces in kept.items():
                _set(element, is_tail, "".join(pieces))
            for element, _ in tags:
                element.tag = "x-folded"
            return str(etree.tostring(self.root, method="html", encoding="unicode"))
        finally:
            for element, is_tail, before in texts:
                _set(element, is_tail, before or "")
            for element, tag in tags:
                element.tag = tag


def _set(element: etree._Element, is_tail: bool, text: str) -> None:
    # lxml reads what it then refuses to be given.
    text = UNSHOWN.sub("", text)
    if is_tail:
        element.tail = text
    else:
        element.text = text


class _Walker:
    """Walks the tree once, without recursion, and writes lines."""

    def __init__(self, root: etree._Element) -> None:
        self.out = HtmlLines(root)
        self.words: list[str] = []
        self.blank = False
        self.depth = 0
        self.marks: list[Mark] = []
        self.history = False
        self.forward = False
        self.has_object = False
        self.pre = 0
        self.lists: list[OrderedList | None] = []
        """Those that are open; None: its items have no numbers."""

    @property
    def at(self) -> int:
        return len(self.out.lines)

    def end_line(self, *, spaced: bool = False) -> None:
        """Finish the line that is being written, if there is anything on it."""
        text = _SPACE.sub(" ", HIDDEN_CHARACTERS.sub("", "".join(self.words))).strip() if self.words else ""
        if text or self.has_object:
            self.put(Line(text=text, depth=self.depth, mark=self.take_mark(), has_object=self.has_object))
            self.blank = False
        elif self.words:
            # White space only: its slices belong to the line that comes next.
            pass
        self.words = []
        self.has_object = False
        if spaced:
            self.blank_line()

    def blank_line(self) -> None:
        if not self.blank and self.out.lines:
            self.put(Line(text="", depth=0))
            self.blank = True

    def take_mark(self) -> Mark:
        if self.history:
            self.history = False
            return Mark.HISTORY
        if self.forward:
            self.forward = False
            return Mark.FORWARD
        return self.marks[-1] if self.marks else Mark.NONE

    def put(self, line: Line) -> None:
        self.out.lines.append(line)

    def write(self, element: etree._Element, text: str, *, is_tail: bool) -> None:
        if self.pre and "\n" in text:
            start = 0
            while (end := text.find("\n", start)) >= 0 and self.at < _MAX_NODES:
                self.words.append(text[start:end])
                self.out.slices.append(_Slice(element, is_tail, start, end + 1, self.at))
                self.line_break()
                start = end + 1
            text_left = text[start:]
            if text_left:
                self.words.append(text_left)
                self.out.slices.append(_Slice(element, is_tail, start, len(text), self.at))
            return
        self.words.append(text)
        self.out.slices.append(_Slice(element, is_tail, 0, len(text), self.at))

    def line_break(self) -> None:
        if any(not word.isspace() for word in self.words) or self.has_object:
            self.end_line()
        else:
            self.words = []
            self.blank_line()


def linked_words(html: str, words: str) -> str:
    """The words of an HTML body with the addresses behind its links, as plain text; empty where `words` has them."""
    body = html_lines(html, with_links=True)
    if body is None or all(address in words for address in body.links):
        return ""
    return body.text([False] * len(body.lines), wanted=False)


def html_lines(html: str, *, with_links: bool = False) -> HtmlLines | None:
    """The lines of an HTML body without hidden parts; None where it has nothing that can be read.

    Args:
        with_links: the address of a link stands behind its words, for reading alone: no body is made of that again.
    """
    root = parse_html(html)
    if root is None:
        return None
    walker = _Walker(root)
    skip: etree._Element | None = None
    # (element, what to undo at its end)
    depth_of: dict[etree._Element, int] = {}
    mark_of: set[etree._Element] = set()
    tiny: list[tuple[etree._Element, bool]] = []
    nodes = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if skip is not None:
                continue
            nodes += 1
            if nodes > _MAX_NODES:
                break
            style = element.get("style")
            if tag in WORDLESS or (style and hides(style)) or element.get("hidden") is not None:
                skip = element
                continue
            if style:
                zero = font_size_is_zero(style)
                if zero is not None:
                    tiny.append((element, zero))
            if tag in _BLOCKS:
                walker.end_line(spaced=tag in _SPACED and not _is_tight(element, style))
                _enter(walker, element, tag, style, depth_of, mark_of)
                if tag == "pre":
                    walker.pre += 1
                elif tag == "hr":
                    walker.out.objects.append((element, walker.at))
                    walker.put(Line(text="", depth=walker.depth, is_rule=True, mark=walker.take_mark()))
                    walker.blank = False
                elif tag == "li":
                    walker.words.append(_mark_of(walker, element))
                elif tag in ("ol", "ul"):
                    walker.lists.append(OrderedList(_attributes(element)) if tag == "ol" else None)
            elif tag == "br":
                walker.line_break()
            elif tag == "img":
                if not _is_pixel(element):
                    walker.has_object = True
                    walker.words.append(emoji_in(element.get("alt") or "") or " ")
                walker.out.objects.append((element, walker.at))
            elif tag in ("td", "th"):
                if any(not word.isspace() for word in walker.words):
                    walker.words.append("  ")
                _enter(walker, element, tag, style, depth_of, mark_of)
            elif element.attrib:
                _enter(walker, element, tag, style, depth_of, mark_of)
            if element.text and not (tiny and tiny[-1][1]):
                walker.write(element, element.text, is_tail=False)
            continue
        if skip is not None:
            if skip is not element:
                continue
            skip = None
        else:
            if tag in _BLOCKS:
                walker.end_line()
                if tag == "pre":
                    walker.pre -= 1
                elif tag in ("ol", "ul"):
                    walker.lists.pop()
                if tag in _SPACED and not _is_tight(element, element.get("style")):
                    walker.blank_line()
            if element in depth_of:
                walker.end_line()
                walker.depth = depth_of.pop(element)
            if element in mark_of:
                walker.end_line()
                mark_of.discard(element)
                walker.marks.pop()
            if with_links and tag == "a":
                _name_link(walker, element)
            if tiny and tiny[-1][0] is element:
                tiny.pop()
        if element.tail and element is not root and not (tiny and tiny[-1][1]):
            walker.write(element, element.tail, is_tail=True)
    walker.end_line()
    # Slices that were left pending point behind the last line.
    walker.put(Line(text=""))
    return walker.out


def _mark_of(walker: _Walker, item: etree._Element) -> str:
    within = walker.lists[-1] if walker.lists else None
    return BULLET if within is None else within.mark(_attributes(item))


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _name_link(walker: _Walker, element: etree._Element) -> None:
    address = (element.get("href") or "").strip()
    said = "".join(walker.words).strip()
    if not said or not _LINK.match(address) or len(address) > _LONGEST_LINK:
        return
    shown = address.removeprefix("mailto:").rstrip("/")
    if not any(one in said for one in (shown, shown.partition("://")[2]) if one):
        walker.words.append(f" ({shown if address.startswith('mailto:') else address})")
        walker.out.links.append(shown if address.startswith("mailto:") else address)


def _is_tight(element: etree._Element, style: str | None) -> bool:
    """A paragraph that its program shows as a mere line."""
    return bool(_MSO.search(element.get("class") or "") or (style and _NO_MARGIN.search(style)))


def _is_pixel(element: etree._Element) -> bool:
    return (element.get("width") or "").strip(" px") in ("0", "1", "2") and (element.get("height") or "").strip(
        " px"
    ) in ("0", "1", "2")


def _enter(
    walker: _Walker,
    element: etree._Element,
    tag: str,
    style: str | None,
    depth_of: dict[etree._Element, int],
    mark_of: set[etree._Element],
) -> None:
    container = container_of(element, tag, style)
    if container is None:
        return
    walker.end_line()
    match container:
        case Container.QUOTE:
            depth_of[element] = walker.depth
            walker.depth += 1
        case Container.HISTORY:
            walker.history = True
        case Container.FORWARD:
            walker.forward = True
        case Container.ATTRIBUTION | Container.SIGNATURE:
            walker.marks.append(Mark.ATTRIBUTION if container is Container.ATTRIBUTION else Mark.SIGNATURE)
            mark_of.add(element)
        case _:
            assert_never(container)
