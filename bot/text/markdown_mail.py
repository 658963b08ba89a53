"""A member's Markdown to the two bodies of a mail, and the quoted history under it."""

import re
from datetime import datetime
from html import escape
from typing import Final
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.blockprocessors import HashHeaderProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor

from bot.domain.mail import Address
from bot.domain.marks import QUOTE_CLASS
from bot.domain.sentences import sentence
from bot.text.dates import moment
from bot.text.markdown_plain import plain_of_html
from bot.text.wording import say

_MONO: Final = "font-family:monospace"
_STYLES: Final = {
    "blockquote": {"style": "margin:0 0 0 .5em;padding-left:.8em;border-left:2px solid #bbb;color:#555"},
    "pre": {"style": f"{_MONO};background:#f4f4f4;padding:.6em;white-space:pre-wrap"},
    "code": {"style": f"{_MONO};background:#f4f4f4"},
    "table": {"style": "border-collapse:collapse"},
    "th": {"style": "border:1px solid #bbb;padding:.2em .6em;text-align:left"},
    "td": {"style": "border:1px solid #bbb;padding:.2em .6em"},
}
_TAGS: Final = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p",
    "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_LIST_ITEM: Final = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)])[ ]+\S")
_FENCE: Final = re.compile(r"[ ]{0,3}(```+|~~~+)")
_BARE_URL: Final = r"(?<![\w@/<])((?:https?://|www\.)[^\s<>\"'`]*[^\s<>\"'`.,;:!?()\[\]*_])"


class _BareLinks(InlineProcessor):
    """Bare addresses of web pages in the text, as links."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        # An escaped mark stands there as a placeholder.
        url = self.unescape(m.group(1))
        element = Element("a", href=url if "://" in url else f"https://{url}")
        element.text = markdown.util.AtomicString(url)
        return element, m.start(1), m.end(1)


class _StrictHeader(HashHeaderProcessor):
    """Headings by CommonMark 4.2: `# Title` is one, `#142` and `#hashtag` are words."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ \t]+(?P<header>(?:\\.|[^\\])*?)#*(?:\n|$)")


class _ListsAfterText(Preprocessor):
    """Lists that follow a line of text at once, as people write them (CommonMark 5.3)."""

    def run(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        fence = ""
        for line in lines:
            if mark := _FENCE.match(line):
                fence = "" if fence and mark.group(1).startswith(fence) else fence or mark.group(1)
            elif not fence and _LIST_ITEM.match(line) and out and out[-1].strip():
                before = out[-1]
                if not _LIST_ITEM.match(before) and not before.startswith((" ", "\t", ">")):
                    out.append("")
            out.append(line)
        return out


def _engine() -> markdown.Markdown:
    engine = markdown.Markdown(
        extensions=["nl2br", "sane_lists", "fenced_code", "tables"], output_format="html", tab_length=4
    )
    # HTML that a member types is text to be read, as it is in the plain part.
    engine.preprocessors.deregister("html_block")
    engine.inlinePatterns.deregister("html")
    # A mail of ours loads nothing: an image becomes a link to it.
    for name in ("image_link", "image_reference", "short_image_ref"):
        engine.inlinePatterns.deregister(name)
    engine.parser.blockprocessors.register(_StrictHeader(engine.parser), "hashheader", 70)
    engine.preprocessors.register(_ListsAfterText(engine), "lists_after_text", 15)
    engine.inlinePatterns.register(_BareLinks(_BARE_URL, engine), "bare_links", 75)
    return engine


def to_mail_html(markdown_source: str) -> str:
    """The HTML part of a mail: inline styles only, nothing loaded from anywhere, line breaks as they were typed."""
    return _html(markdown_source, _STYLES)


def to_room_html(markdown_source: str) -> str:
    """The words as HTML for the room: tags of the Matrix specification, without styles."""
    return _html(markdown_source, {})


def _html(markdown_source: str, styles: dict[str, dict[str, str]]) -> str:
    raw = _engine().convert(to_mail_text(markdown_source))
    return nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel=None,
        set_tag_attribute_values=styles,
        url_relative="deny",
    )


def to_mail_text(markdown_source: str) -> str:
    """The source as it was typed, without blanks at the ends of lines.

    Only `-- ` keeps its blank, because it announces a signature (RFC 3676 4.3).
    """
    source = markdown_source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return "\n".join(line if line == "-- " else line.rstrip() for line in source.split("\n")).strip("\n")


def to_plain_text(markdown_source: str) -> str:
    """The text part of a mail: the words without the marks of Markdown."""
    return plain_of_html(to_room_html(markdown_source))


def quoted(previous_text: str, who: Address, at: datetime, language: str, timezone: str) -> tuple[str, str]:
    """The history that stands under an answer, as text (`> `) and as HTML; both empty where nothing is to be quoted."""
    lines = to_mail_text(previous_text).split("\n")
    if not any(line.strip() for line in lines):
        return "", ""
    name = " ".join(who.name.split())
    writer = f"{name} <{who.address}>" if name else who.address
    intro = say(
        language,
        sentence("quote.intro", who=writer, at=moment(at, language=language, timezone=timezone)),
        timezone=timezone,
    )
    text = intro + "\n" + "\n".join(f"> {line}".rstrip() if not line.startswith(">") else f">{line}" for line in lines)
    style = _STYLES["blockquote"]["style"]
    html = (
        f'<div class="{QUOTE_CLASS}"><p>{escape(intro, quote=False)}</p>'
        f'<blockquote type="cite" style="{style}">'
        + "<br>\n".join(escape(line, quote=False) for line in lines)
        + "</blockquote></div>"
    )
    return text, html
