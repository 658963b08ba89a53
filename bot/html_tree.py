"""The tree of a hostile HTML body, parsed within bounds: for reading a mail, and for showing it."""

import re
from typing import Final

from lxml import etree

from bot.domain.patterns import pattern

MAX_HTML: Final = 2_000_000
"""Characters of HTML that are read; what is beyond is in the original only."""
_MAX_ATTRIBUTES: Final = 400
# libxml2 compares each attribute with all before it.
_TOO_MANY_ATTRIBUTES = pattern(
    r"(<[a-zA-Z]\w{0,20})(?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++)){400,}"
)
_DEPTH_LIMIT: Final = 250
"""libxml2 drops text below 255 levels: a deeper body is flattened first."""

_ANY_TAG = pattern(r"</?[a-zA-Z][^<>]{0,2000}>")
_TAGS_WITHOUT_DEPTH = pattern(
    r"</?(div|span|font|center|table|tbody|tr|td|blockquote|section|article|p|o:p|ul|ol|li)\b[^>]{0,2000}>",
    re.IGNORECASE,
)
_ENDS = pattern(r"</(body|html)\s{0,20}>", re.IGNORECASE)
WORDLESS: Final = frozenset("head script style title xml meta link base embed desc metadata".split())
"""Elements whose text is for programs. All others are read: a tag that is never closed hides nothing that follows."""
UNSHOWN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
"""Control characters, and those that turn the direction of what follows round."""


def without_ends(html: str) -> str:
    """The source without the ends of documents: libxml2 reads nothing after the first one, but people write there.

    Several documents in one mail, and what a list adds under it, become one document.
    """
    return _ENDS.sub(lambda end: "" if end[1] in ("body", "BODY") else "<br>", html.rstrip()) if "</" in html else html


def parse_html(html: str) -> etree._Element | None:
    """The tree of a body; None where there is nothing in it. Never raises for any text."""
    html = UNSHOWN.sub("", html[:MAX_HTML])
    if not html.strip():
        return None
    if html.count("=") > _MAX_ATTRIBUTES:
        html = _TOO_MANY_ATTRIBUTES.sub(r"\1", html)
    html = without_ends(html)
    root = _parse(html)
    if root is not None and _is_too_deep(root):
        html = _TAGS_WITHOUT_DEPTH.sub(_flattened, html)
        root = _parse(html)
        if root is not None and _is_too_deep(root):
            root = _parse(_ANY_TAG.sub(" ", html))
    return root


def _parse(html: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, no_network=True)
    try:
        # A declaration in the text would override the encoding that we know.
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _flattened(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    if name in ("span", "font", "o:p"):
        return ""
    return "<br>" if tag[0][1] == "/" and name in ("div", "p", "tr", "blockquote", "li", "section", "article") else " "


def _is_too_deep(root: etree._Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth >= _DEPTH_LIMIT:
            return True
    return False
