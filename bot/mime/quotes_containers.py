"""Containers of known mail programs, and what they hold: facts of their HTML."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from lxml import etree

from bot.domain.marks import QUOTE_CLASS
from bot.domain.patterns import pattern


class Container(Enum):
    """The meaning of an element that is more than a box."""

    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    SIGNATURE = "signature"
    HISTORY = "history"
    """From its beginning to the end of the mail all is history."""
    FORWARD = "forward"


# Prefixes that webmailers put before the classes and ids of what they quote.
_PREFIX = pattern(r"^(?:x_|ecx|m_-?\d{5,25}|yiv\d{4,15}|ydp[0-9a-f]{1,12})+", re.IGNORECASE)
_ATTRIBUTION_NAMES: Final = frozenset(
    """
    gmail_attr moz-cite-prefix airmail_on reply-intro hs_reply_header zmail_extra_hr protonmail_quote_header
    """.split()
)
_QUOTE_NAMES: Final = frozenset(
    f"""
    yahoo_quoted protonmail_quote zmail_extra isreplycontent bloop_original_html tutanota_quote
    sh-quoted-content freshdesk_quote front-blockquote {QUOTE_CLASS} gmail_quote_attribution hs_reply
    msg-quote quoted-text
    """.split()
)
_HISTORY_NAMES: Final = frozenset(
    """
    divrplyfwdmsg olk_src_body_section mail-editor-reference-message-container outlookmessageheader
    stopspelling zwchr __headers__ __divider__ reply-divider cloudmagic-smart-beak
    """.split()
)
_FORWARD_NAMES: Final = frozenset(
    """
    moz-forward-container forwarded-message
    """.split()
)
_SIGNATURE_NAMES: Final = frozenset(
    """
    gmail_signature moz-signature ms-outlook-mobile-signature signature protonmail_signature_block
    applemailsignature tutanota_signature yahoo_signature bloop_sign mobile_signature sh-signature
    pre_signature zimbrasignature __sig_pre__ __sig_post__ gmail_signature_prefix
    """.split()
)
_BORDER_TOP = pattern(
    r"border(?:-top)?\s{0,4}:\s{0,4}(?:none\s{0,4};[^\"]{0,40}border-top\s{0,4}:\s{0,4})?solid\s{1,4}#?[a-z0-9]{3,12}\s{1,4}1\.0pt",
    re.IGNORECASE,
)
_WINDOWS_MAIL = pattern(
    r"border-top-color[^\"]{0,80}border-top-width[^\"]{0,80}border-top-style\s{0,3}:\s{0,3}solid", re.IGNORECASE
)
_QUOTE_BAR = pattern(r"border-left\s{0,4}:\s{0,4}[^;]{0,60}(?:solid|\d)", re.IGNORECASE)
_INDENT_ONLY = pattern(r"border\s{0,4}:\s{0,4}(?:none|0|medium none)", re.IGNORECASE)


def _names(element: etree._Element) -> set[str]:
    names: set[str] = set()
    for attribute in ("class", "id", "name", "data-marker", "data-smartmail"):
        value = element.get(attribute)
        if value:
            for word in value[:300].split():
                names.add(_PREFIX.sub("", word).lower())
    return names


_BY_NAME: Final = (
    (_QUOTE_NAMES, Container.QUOTE),
    (_ATTRIBUTION_NAMES, Container.ATTRIBUTION),
    (_SIGNATURE_NAMES, Container.SIGNATURE),
    (_HISTORY_NAMES, Container.HISTORY),
    (_FORWARD_NAMES, Container.FORWARD),
)


def container_of(element: etree._Element, tag: str, style: str | None) -> Container | None:
    """The element's meaning to the quote rules; None for a mere box."""
    names = _names(element) if element.attrib else set()
    if tag == "blockquote":
        return None if _is_indent(element, style, names) else Container.QUOTE
    if names:
        for known, container in _BY_NAME:
            if names & known:
                return container
    if not element.attrib:
        return None
    if tag == "div" and style and element.get("name") == "quote":
        return Container.QUOTE
    if element.get("data-signatureblock") == "true":
        return Container.SIGNATURE
    if tag == "div" and style and "border" in style and (_BORDER_TOP.search(style) or _WINDOWS_MAIL.search(style)):
        return Container.HISTORY if _begins_with_headers(element) else None
    return None


def _is_indent(element: etree._Element, style: str | None, names: set[str]) -> bool:
    """A block quote that only moves its words to the right."""
    return bool(
        style
        and _INDENT_ONLY.search(style)
        and "cite" not in (element.get("type") or "")
        and not names
        and not _QUOTE_BAR.search(style)
    )


def _begins_with_headers(element: etree._Element) -> bool:
    """A bar on top is also decoration; over history stand bold labels with a colon, in whatever language."""
    count = 0
    for child in element.iter("b", "strong", "span"):
        text = "".join(map(str, child.itertext())).strip() if len(child) < 4 else ""
        if text.endswith((":", "\uff1a")) and len(text) < 40:
            count += 1
            if count >= 2:
                return True
    text = "".join(map(str, element.itertext()))[:2000] if len(element) < 30 else ""
    return len(re.findall(r"(?:^|\n)\s{0,40}[^\W\d_][^\n:\uff1a]{1,24}[:\uff1a]", text)) >= 3
