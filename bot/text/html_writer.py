"""Writes HTML of the Matrix subset: always valid, always escaped, nothing empty."""

from html import escape
from typing import Final

_IN_LINE: Final = frozenset(("li", "td", "th", "caption", "h3", "h4", "h5", "pre", "summary"))
"""Containers that hold words directly, without a paragraph."""
_LONELY: Final = frozenset(("ul", "ol", "table", "thead", "tbody", "tr"))
"""Containers that hold no words themselves."""
_MAX_CONTAINERS: Final = 40
_MAX_INLINE: Final = 20
"""Together with the paragraph below the 100 levels that clients may refuse (Matrix spec, m.room.message formatting)."""


class RoomHtml:
    """Words, breaks and containers, collected and given as paragraphs, lists, quotes and tables."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[tuple[str, int, int]] = []
        # tag, index in _out before its start tag (to take an empty one back), length of _out after it
        self._inline: list[tuple[str, str]] = []
        self._written = 0
        self._in_paragraph = False
        self._started = False
        self._pending = 0
        self._space = False
        self._line_has_words = False
        self.size = 0
        """Characters of words written so far."""

    def html(self) -> str:
        """The HTML that was written, with every tag closed."""
        while self._open:
            self.end()
        self._end_paragraph()
        while self._out and self._out[-1] == "<hr>":
            self._out.pop()
        return "".join(self._out)

    @property
    def container(self) -> str:
        """The tag of the open container; empty outside of any."""
        return self._open[-1][0] if self._open else ""

    @property
    def line_has_words(self) -> bool:
        return self._line_has_words

    # -- words ---------------------------------------------------------------------------------------------------------

    def words(self, text: str) -> None:
        """Write text; each run of white space counts as one blank."""
        parts = text.split()
        if not parts:
            if text:
                self._space = True
            return
        if text[0].isspace():
            self._space = True
        self._flow(escape(" ".join(parts), quote=False))
        self._space = text[-1].isspace()

    def markup(self, html: str) -> None:
        """Write words that are escaped HTML already (an image, links made from text)."""
        self._flow(html)

    def verbatim(self, text: str) -> None:
        """Write text of a `pre`, with its white space."""
        self._start()
        self._out.append(escape(text, quote=False))
        self.size += len(text)
        self._line_has_words = True

    def line(self) -> None:
        """End the line; where the line is empty already, leave a gap."""
        if self._line_has_words:
            self._pending = max(self._pending, 1)
        else:
            self._pending = 2
        self._line_has_words = False
        self._space = False

    def block(self, *, gap: bool = False) -> None:
        """Begin or end a block: with a new line, or with a new paragraph where `gap` asks for one."""
        self._pending = max(self._pending, 2 if gap else 1)
        self._line_has_words = False
        self._space = False

    def _flow(self, html: str) -> None:
        if self.container in _LONELY:
            # Words between items or cells get an item or cell of their own.
            inside = ("li",) if self.container in ("ul", "ol") else ("td",) if self.container == "tr" else ("tr", "td")
            for tag in inside:
                self.begin(tag)
            self._flow(html)
            for _ in inside:
                self.end()
            return
        self._start()
        if self._space and self._line_has_words:
            self._out.append(" ")
        self._space = False
        self._out.append(html)
        self.size += len(html)
        self._line_has_words = True

    def _start(self) -> None:
        if self._started and self._pending:
            if self._pending > 1 and self._in_paragraph:
                self._end_paragraph()
            else:
                self._out.append("<br>" if self.container not in _LONELY else "")
        self._pending = 0
        if not self._started and self.container not in _IN_LINE and not self._in_paragraph:
            self._out.append("<p>")
            self._in_paragraph = True
        self._started = True
        while self._written < len(self._inline):
            if self._space and self._line_has_words:
                self._out.append(" ")
                self._space = False
            self._out.append(self._inline[self._written][1])
            self._written += 1

    def _end_paragraph(self) -> None:
        self._close_inline(0)
        if self._in_paragraph:
            self._out.append("</p>")
            self._in_paragraph = False
        self._started = False
        self._pending = 0
        self._line_has_words = False
        self._space = False

    # -- inline --------------------------------------------------------------------------------------------------------

    def begin_inline(self, tag: str, attributes: str = "") -> bool:
        """Put the words from here on into this tag; False if the tag would change nothing or go too deep."""
        if len(self._inline) >= _MAX_INLINE or any(tag == one for one, _ in self._inline):
            return False
        self._inline.append((tag, f"<{tag}{attributes}>"))
        return True

    def end_inline(self) -> None:
        """End what `begin_inline` began last."""
        self._close_inline(len(self._inline) - 1)
        self._inline.pop()

    def _close_inline(self, level: int) -> None:
        while self._written > level:
            self._written -= 1
            self._out.append(f"</{self._inline[self._written][0]}>")

    # -- containers ----------------------------------------------------------------------------------------------------

    def begin(self, tag: str, attributes: str = "") -> bool:
        """Open a container; False where it would go too deep (its content then stands in the container around it)."""
        if len(self._open) >= _MAX_CONTAINERS:
            self.block()
            return False
        if self.container in _IN_LINE and tag in ("blockquote", "table", "details"):
            # A quote or table in an item or cell has its text on lines of its own.
            self.block()
            return False
        self._leave_line()
        before = len(self._out)
        self._out.append(f"<{tag}{attributes}>")
        self._open.append((tag, before, len(self._out)))
        self._started = False
        self._pending = 0
        self._line_has_words = False
        self._space = False
        return True

    def end(self) -> None:
        """Close the container opened last; an empty one is taken back, unless it is a cell."""
        self._end_paragraph()
        tag, before, after = self._open.pop()
        if len(self._out) == after and tag not in ("td", "th"):
            del self._out[before:]
        elif tag == "tr" and not any(part not in ("<td>", "</td>", "<th>", "</th>") for part in self._out[after:]):
            del self._out[before:]
        else:
            self._out.append(f"</{tag}>")
        self._started = self.container in _IN_LINE and len(self._out) > (self._open[-1][2] if self._open else 0)
        self._pending = 0

    def rule(self) -> None:
        """Write a horizontal rule, but no second one in a row and none at the beginning."""
        if self.container in _IN_LINE or self.container in _LONELY:
            self.block()
            return
        self._end_paragraph()
        if self._out and self._out[-1] != "<hr>" and (not self._open or len(self._out) > self._open[-1][2]):
            self._out.append("<hr>")

    def _leave_line(self) -> None:
        if self.container in _IN_LINE:
            self._close_inline(0)
            self._pending = 0
        else:
            self._end_paragraph()
