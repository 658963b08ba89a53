"""Markdown as a person would type it in a plain mail: the words without the marks, for the text part of a mail."""

from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset("p blockquote ul ol pre h1 h2 h3 h4 h5 h6 table hr".split())


class _Plain(HTMLParser):
    """Reads the safe HTML that the Markdown engine made."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._prefix: list[str] = []
        self._lists: list[int] = []
        self._link: tuple[str, int] | None = None
        self._is_pre = False
        self._starts_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._begin(blank=not self._lists)
            start = dict(attrs).get("start") or "1"
            self._lists.append(int(start) if tag == "ol" and start.isdigit() else (1 if tag == "ol" else 0))
        elif tag == "li":
            number = self._lists[-1] if self._lists else 0
            self._begin(blank=False)
            self._put(f"{number}. " if number else "- ")
            self._starts_item = True
            if number:
                self._lists[-1] += 1
            self._prefix.append("   " if number else "  ")
        elif tag == "blockquote":
            self._begin(blank=True)
            self._prefix.append("> ")
        elif tag == "br":
            self.lines.append("")
        elif tag == "hr":
            self._begin(blank=True)
            self._put("---")
        elif tag == "tr":
            self._begin(blank=False)
        elif tag in ("td", "th"):
            if self.lines[-1].strip():
                self._put(" | ")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.lines[-1]))
        elif tag in _BLOCKS:
            self._begin(blank=True)
            self._is_pre = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self.lines.append("")
        elif tag in ("li", "blockquote") and self._prefix:
            self._prefix.pop()
            if tag == "blockquote":
                self.lines.append("")
        elif tag == "a" and self._link is not None:
            address, at = self._link
            shown = self.lines[-1][at:].strip()
            if address and shown not in (address, address.removeprefix("mailto:")):
                self._put(f" ({address.removeprefix('mailto:')})")
            self._link = None
        elif tag == "pre":
            self._is_pre = False

    def handle_data(self, data: str) -> None:
        if self._is_pre:
            first, *others = data.rstrip("\n").split("\n")
            self._put(first)
            for line in others:
                self.lines.append("")
                self._put(line)
            return
        words = data.replace("\n", "")
        if words.strip() or (words and self.lines[-1].strip()):
            self._put(words)

    def _put(self, words: str) -> None:
        if not self.lines[-1]:
            self.lines[-1] = "".join(self._prefix)
        self.lines[-1] += words
        self._starts_item = False

    def _begin(self, *, blank: bool) -> None:
        """Begin a line, after an empty one where `blank`; the first words of a point stay on its line."""
        if self._starts_item:
            return
        if self.lines[-1].strip(" >"):
            self.lines.append("")
        if blank and len(self.lines) > 1 and self.lines[-2].strip(" >"):
            self.lines[-1] = "".join(self._prefix).rstrip()
            self.lines.append("")


def plain_of_html(html: str) -> str:
    """The text of safe HTML, its blocks on lines of their own."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    text = "\n".join(line.rstrip() for line in reader.lines).strip("\n")
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text
