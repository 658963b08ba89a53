"""Which links of a mail may stay live in a room, and whose text lies about where they lead."""

import re
import unicodedata
from html import escape
from typing import Final
from urllib.parse import unquote

from bot.domain.patterns import pattern

_STRIPPED = pattern("[\x00-\x20\x7f-\xa0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_HTTP = pattern(r"^(https?):[/\\]*", re.IGNORECASE)
_MAILTO = pattern(r"^mailto:", re.IGNORECASE)
_DOTS = pattern("[\u3002\uff0e\uff61]")
_MATRIX_HOSTS: Final = ("matrix.to", "element.io", "riot.im", "vector.im", "element.dev")
# Element and others open these fragments as rooms and people, whatever the host.
_DEEP_LINK = pattern(r"#/{0,3}(?:(?:room|user|group|!|@|\+)|#)", re.IGNORECASE)
_HOST_IN_TEXT = pattern(
    r"(?:^|[\s(<\[\"'/@])(?P<sure>https?://|www\.)?(?P<host>(?:[^\W_](?:[\w-]{0,62})\.){1,8}(?P<top>[^\W\d_]{2,24}))(?![\w.-]*@)",
    re.IGNORECASE,
)
_FILE_ENDINGS: Final = frozenset(
    """
    md txt pdf doc docx xls xlsx ppt pptx odt ods odp csv html htm php asp aspx jsp js ts css py rb sh zip
    rar gz tar jpg jpeg png gif svg webp mp3 mp4 mov avi xml json yaml yml eml ics vcf exe msg net
    """.split()
) - {"net"}
_URL_LIMIT: Final = 4000


def live_href(href: str) -> str | None:
    """The address that a link may keep; None where it must not be live: other schemes, and all that opens Matrix."""
    href = href.strip()
    if len(href) > _URL_LIMIT:
        return None
    # Browsers drop tabs and line ends anywhere in an address (WHATWG URL, "remove all ASCII tab or newline").
    href = _STRIPPED.sub(lambda m: "%20" if m[0] == " " else "", href)
    found = _HTTP.match(href)
    if found is None:
        return href if _MAILTO.match(href) and "@" in unquote(href) else None
    rest = href[found.end() :]
    host = host_of(href)
    if not host or any(host == one or host.endswith("." + one) for one in _MATRIX_HOSTS):
        return None
    fragment = unquote(unquote(rest.partition("#")[2])) if "#" in rest else ""
    if fragment and _DEEP_LINK.match("#" + fragment):
        return None
    if "matrix.to/#" in unquote(unquote(rest)).lower():
        return None
    return f"{found[1].lower()}://{rest}"


def host_of(href: str) -> str:
    """The host that a browser would go to, in lower case; empty where there is none."""
    found = _HTTP.match(href)
    if found is None:
        return ""
    rest = href[found.end() :]
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    host = unquote(authority.rpartition("@")[2])
    host = _DOTS.sub(".", unicodedata.normalize("NFKC", _STRIPPED.sub("", host)))
    host = host.partition(":")[0] if not host.startswith("[") else host
    return host.casefold().strip(".")


def shown_host(href: str) -> str:
    """The host as people should see it: foreign letters as the `xn--` form that cannot be confused."""
    host = host_of(href)
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")


def lies(text: str, href: str) -> bool:
    """Whether the text of a link names another host than the one it leads to."""
    host = host_of(href)
    if not host:
        return False
    authority = re.split(r"[/\\?#]", href.partition(":")[2].lstrip("/\\"), maxsplit=1)[0]
    if "@" in authority:
        return True
    for found in _HOST_IN_TEXT.finditer(_DOTS.sub(".", text[:500])):
        if not found["sure"] and found["top"].lower() in _FILE_ENDINGS:
            continue
        named = unicodedata.normalize("NFKC", found["host"]).casefold()
        return not _same_house(named.removeprefix("www."), host.removeprefix("www."))
    return False


def _same_house(named: str, host: str) -> bool:
    return named == host or host.endswith("." + named) or (named.count(".") > 1 and named.endswith("." + host))


_URL_IN_TEXT = pattern(
    r"(?P<url>(?:https?://|(?<![\w@./-])www\.)[^\s<>\"\u00ab\u00bb\u201c\u201d\x00-\x1f]{1,2000})"
    r"|(?P<mail>(?<![\w.+%@-])[A-Za-z0-9](?:[\w.+%-]{0,62}[\w+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24})(?![\w@-])"
)


def linkified(text: str) -> str:
    """Escaped HTML of a text with its addresses made clickable."""
    if "@" not in text and "://" not in text and "www." not in text:
        return escape(text, quote=False)
    out: list[str] = []
    done = 0
    for found in _URL_IN_TEXT.finditer(text):
        shown = found.group()
        if found["mail"]:
            href: str | None = "mailto:" + shown
        else:
            shown = _without_tail(shown)
            href = live_href(shown if "://" in shown else "http://" + shown)
        out.append(escape(text[done : found.start()], quote=False))
        words = escape(shown, quote=False)
        out.append(words if href is None else f'<a href="{escape(href)}">{words}</a>')
        done = found.start() + len(shown)
    out.append(escape(text[done:], quote=False))
    return "".join(out)


def _without_tail(url: str) -> str:
    """The address without the punctuation of the sentence around it."""
    while url:
        last = url[-1]
        if (
            last in ".,;:!?'*_\u3002\uff0c"
            or (last == ")" and url.count(")") > url.count("("))
            or (last == "]" and "[" not in url)
        ):
            url = url[:-1]
        else:
            break
    return url
