"""HTML as plain text, for mails that have no text part."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from bot.domain.patterns import pattern
from bot.domain.words import emoji_in
from bot.mime.charset import clean
from bot.mime.list_marks import OrderedList

if TYPE_CHECKING:
    from inscriptis.model.html_document_state import HtmlDocumentState

_HIDDEN: Final = pattern(r"<(?:(script|style|head|title|noscript)\b[^>]*+>|!--)", re.IGNORECASE)
_TAG: Final = pattern(r"<[/!?a-zA-Z][^>]*+>?")
_BLOCK: Final = pattern(
    r"<(?:/?(?:p|div|tr|li|ul|ol|table|blockquote|h[1-6]|pre|section|article|center|hr)|br)\b[^>]*+>", re.IGNORECASE
)
_BLANK_LINES: Final = pattern(r"\n\s*\n\s*\n+")
_DEPTH: Final = 100
_OPEN: Final = pattern(
    r"<(/?)(?:div|span|table|tr|td|tbody|blockquote|p|b|i|u|font|center|ul|ol|li|a|section)\b", re.IGNORECASE
)
_TREE_LIMIT: Final = 300_000


def html_to_text(source: str) -> str:
    """The words of an HTML document with its tables kept; simple and linear for what is deep or huge."""
    if len(source) > _TREE_LIMIT or _depth(source) > _DEPTH:
        return clean(_flat(source))
    from inscriptis import get_text
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig
    from inscriptis.model.tag import CustomHtmlTagHandlerMapping

    from bot.html_tree import without_ends

    ours = CustomHtmlTagHandlerMapping({"ol": _begin_ordered, "li": _begin_item, "img": _write_emoji}, {})
    config = ParserConfig(css=CSS_PROFILES["strict"].copy(), custom_html_tag_handler_mapping=ours)
    text = get_text(without_ends(_without_declaration(source)), config)
    # Character references can name what the source may not hold.
    return clean(_BLANK_LINES.sub("\n\n", text).strip("\n"))


def _begin_ordered(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    state.li_counter.append(OrderedList(attributes))


def _begin_item(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    counter = state.li_counter[-1] if state.li_counter else "* "
    state.tags[-1].list_bullet = counter.mark(attributes) if isinstance(counter, OrderedList) else counter
    state.tags[-1].write("")


def _write_emoji(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    if emoji := emoji_in(attributes.get("alt", "")):
        state.tags[-1].write(emoji)


def _without_declaration(source: str) -> str:
    # lxml refuses a str with an encoding declaration.
    return re.sub(r"<\?xml[^<>]*>", "", source)


def _depth(source: str) -> int:
    """The deepest nesting of tags that nest; unclosed ones count, as a tree would hold them."""
    depth = deepest = 0
    for match in _OPEN.finditer(source):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _flat(source: str) -> str:
    text = " ".join(_without_hidden(source).split())
    last = _last_tag_end(text)
    text = _BLOCK.sub("\n", text[:last]) + text[last:]
    text = html.unescape(_TAG.sub("", text))
    return _BLANK_LINES.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _last_tag_end(source: str) -> int:
    """Behind it no tag is whole: to look for an end from each beginning there would cost the square."""
    return source.rfind(">") + 1


def _without_hidden(source: str) -> str:
    """The source without comments and what no browser shows; an end that never comes is looked for only once."""
    lower = source.lower()
    if len(lower) != len(source):  # a few capitals are longer in lower case
        lower = source
    kept: list[str] = []
    endless: set[str] = set()
    at = 0
    last = _last_tag_end(source)
    while match := _HIDDEN.search(source, at, last):
        end = f"</{match[1].lower()}" if match[1] else "-->"
        found = -1 if end in endless else lower.find(end, match.end())
        kept.append(source[at : match.start()])
        if found < 0:
            endless.add(end)
            at = match.end()
        else:
            at = found + 3 if end == "-->" else max(source.find(">", found) + 1, found + len(end))
    kept.append(source[at:])
    return " ".join(kept)
