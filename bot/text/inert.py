"""Makes what a mail says unable to act in a room: no ping, no live link into Matrix."""

import re
from html import escape, unescape
from typing import Final

from bot.domain.patterns import pattern
from bot.text.html_links import live_href

JOINER: Final = "\u2060"
"""WORD JOINER: invisible, and breaks `@room` and Matrix ids for every client."""

# The domain of an address may begin with these letters.
_ROOM = pattern(r"(?<!\w)@(?=room)|@(?=room)(?!room[\w-]{0,60}\.\w)", re.IGNORECASE)
# Matrix spec, appendices 4.2: sigil, local part, colon, server name.
_ID = pattern(r"(?<!\w)([@#!+$])(?!\u2060)(?=[^\s:@#!<>]{1,255}:[\w\[])")
_URL = pattern(
    r"(?<=[mM][aA][tT][rR][iI][xX])(?=\.[tT][oO]\b)|(?<=[mM][aA][tT][rR][iI][xX])(?=:(?://|[ru]/|roomid/|[eE]/))"
)
_DEEP = pattern(r"(?<=#/)(?=(?:room|user|group)/)|(?<=element)(?=://|\.io\b)|(?<=riot)(?=\.im\b)", re.IGNORECASE)
_TAG = pattern(r"<(?:/|!)?[A-Za-z!?](?:[^<>\"']|\"[^\"]{0,20000}\"|'[^']{0,20000}'){0,4000}>")
_HREF = pattern(r"\shref\s{0,5}=\s{0,5}(?:\"([^\"]{0,20000})\"|'([^']{0,20000})'|([^\s>\"']{1,20000}))", re.IGNORECASE)
_ANCHOR = pattern(r"<a[\s>/]", re.IGNORECASE)


def inert_text(s: str) -> str:
    """The same words, in which no client finds `@room`, a user id, an alias, a room id or a link into Matrix."""
    if "@" in s or "#" in s or "!" in s or "+" in s or "$" in s:
        s = _ROOM.sub("@" + JOINER, s)
        if ":" in s:
            s = _ID.sub(rf"\1{JOINER}", s)
    if "atrix" in s.lower():
        s = _URL.sub(JOINER, s)
    if "#/" in s or "lement" in s.lower() or "riot" in s.lower():
        s = _DEEP.sub(JOINER, s)
    return s


def inert_html(html: str) -> str:
    """The same safe HTML, made inert as `inert_text` does; links into Matrix become text."""
    out: list[str] = []
    done = 0
    dead = 0
    for tag in _TAG.finditer(html):
        if tag.start() > done:
            out.append(_inert_words(html[done : tag.start()]))
        done = tag.end()
        words = tag[0]
        if _ANCHOR.match(words):
            found = _HREF.search(words)
            href = unescape(found[1] or found[2] or found[3] or "") if found else ""
            if live_href(href) is None:
                dead += 1
                continue
        elif dead and words.lower().startswith("</a"):
            dead -= 1
            continue
        out.append(words)
    out.append(_inert_words(html[done:]))
    return "".join(out)


def _inert_words(words: str) -> str:
    plain = unescape(words)
    inert = inert_text(plain)
    return words if inert == plain else escape(inert, quote=False)
