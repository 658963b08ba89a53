"""Reads the HTML of a message the strict way: balanced, and only what the Matrix specification names."""

from html.parser import HTMLParser
from typing import Final

TAGS: Final = {
    "a", "b", "blockquote", "br", "code", "del", "details", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "u", "ul", "caption",
}  # fmt: skip
"""Matrix specification, client-server 11.2.1.1."""
ATTRIBUTES: Final = {
    "a": {"href"},
    "font": {"color", "data-mx-color"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "code": {"class"},
}
_VOID: Final = {"br", "hr", "img"}


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, ()), (tag, name)
            if name == "href":
                self.links.append(value or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def _read(html: str) -> _Strict:
    strict = _Strict()
    strict.feed(html)
    strict.close()
    assert not strict.open, strict.open
    return strict


def links_of(html: str) -> list[str]:
    """All link targets; fails where the HTML is not strict."""
    return _read(html).links


def words_of(html: str) -> str:
    """The text without tags; fails where the HTML is not strict."""
    return "".join(_read(html).words)
