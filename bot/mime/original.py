"""The mail that came back, as far as the bounce still holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.addresses import read_addresses
from bot.mime.bounce_words import SENDER
from bot.mime.charset import decode
from bot.mime.header_block import Headers, read_block
from bot.mime.identifiers import read_message_id
from bot.mime.parts import Part, read_inner

_HEADER_LINE: Final = pattern(
    r"[>| \t]*(return-path|received|message-id|from|to|cc|subject|date|mime-version|content-type|reply-to|sender|"
    r"x-[\w-]+|dkim-signature|delivered-to|in-reply-to|references|list-[\w-]+|user-agent|errors-to|precedence|resent-[\w-]+|organization|"
    r"content-[\w-]+|importance|thread-[\w-]+|arc-[\w-]+|authentication-results|received-spf|feedback-id)[ \t]*:",
    re.IGNORECASE,
)
_ANY_FIELD: Final = pattern(r"[>| \t]*[A-Za-z][A-Za-z0-9_-]*:")
_STRONG: Final = frozenset(("return-path", "received", "message-id", "from", "to", "subject", "date"))
_PREFIX: Final = pattern(r"[>| \t]+")
_ID_LINE: Final = pattern(
    r"message-?id\s{0,100}[:=]\s{0,100}(?:<\s{0,100})?([^\s<>\"',;]{1,400}@[^\s<>\"',;]{1,400})", re.IGNORECASE
)
_ID_BRACKETS: Final = pattern(
    r"message-?id\s{0,100}(?:[:=]\s{0,100})?(?:\S{1,20}\s{1,100}){0,4}?<([^<>\s]{3,300})>", re.IGNORECASE
)
_HEADER_TYPES: Final = frozenset(
    ("text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers")
)


@dataclass(frozen=True, slots=True)
class Original:
    """The returned mail, as far as known."""

    message_id: str = ""
    sender: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()

    @property
    def is_from_daemon(self) -> bool:
        """Whether the returned mail is a bounce itself."""
        return any(SENDER.fullmatch(one.partition("@")[0]) for one in self.sender)


def find_original(root: Part) -> Original | None:
    """The returned mail in a part of its own: a message, its headers, or a part that reads like headers."""
    for part in root.walk():
        if part is root:
            continue
        if part.is_message:
            return _from_headers(read_inner(part).headers)
        if part.content_type in _HEADER_TYPES:
            return _from_headers(_headers(part.body(limits.SCANNED)))
    for part in root.walk():
        if (
            part is root
            or part.children
            or part.content_type not in ("text/plain", "application/octet-stream", "message/partial")
        ):
            continue
        # Without a Content-Type, the returned mail's own fields have become those of the part.
        if "message-id" in part.headers and "from" in part.headers:
            return _from_headers(part.headers)
        data = part.body(limits.SCANNED)
        if _reads_like_headers(decode(data[:4096])):
            return _from_headers(_headers(data))
    return None


def split_notice(text: str) -> tuple[str, Original | None]:
    """A notice that quotes the returned mail: the notice, and that mail.

    A copy of the mail (its fields tell the way it went) ends the notice; a few fields in its midst are only left out.
    """
    lines = text.split("\n")
    kept: list[str] = []
    found: Original | None = None
    number = hopeless = 0
    while number < len(lines):
        size = 0
        if number >= hopeless and _HEADER_LINE.match(lines[number]):
            size, hopeless = _block_at(lines, number)
        if not size:
            kept.append(lines[number])
            number += 1
            continue
        prefix = _PREFIX.match(lines[number])
        cut = len(prefix[0]) if prefix else 0
        block = [one[cut:] if one[:cut].strip(">| \t") == "" else one for one in lines[number : number + size]]
        headers = _headers("\n".join(block).encode("utf-8", "replace"))
        original = _from_headers(headers)
        is_copy = "received" in headers or "return-path" in headers
        if original.is_from_daemon:
            number += size
            continue
        if found is None or (is_copy and not found.message_id):
            found = original
        if is_copy:
            break
        number += size
    return "\n".join(kept), found


def message_id_in(texts: list[str], *, own: str) -> str:
    """The first `Message-ID:` that stands anywhere and is not the bounce's own."""
    for rule in (_ID_LINE, _ID_BRACKETS):
        for text in texts:
            for match in rule.finditer(text):
                found = match[1].strip("<>.")
                if found and found != own:
                    return found
    return ""


def _block_at(lines: list[str], start: int) -> tuple[int, int]:
    """The number of lines of the header block that begins here (three fields in a row, two of every mail; else 0).

    Also the line before which no other block can begin: no block lies inside of a run that is none.
    """
    seen: set[str] = set()
    count = 0
    at = start
    while at < len(lines) and at - start < 400:
        line = lines[at]
        match = _HEADER_LINE.match(line)
        if match:
            seen.add(match[1].lower())
            count += 1
        elif not line.strip(">| \t"):
            break
        elif not line.lstrip(">|")[:1].isspace() and not _ANY_FIELD.match(line):
            break
        at += 1
    return (at - start if count >= 3 and len(seen & _STRONG) >= 2 else 0), at


def _reads_like_headers(text: str) -> bool:
    lines = text.lstrip("\n").split("\n")
    return bool(lines) and bool(_HEADER_LINE.match(lines[0])) and _block_at(lines, 0)[0] > 0


def _headers(data: bytes) -> Headers:
    return read_block(data, 0, len(data), is_message=True).headers


def _from_headers(headers: Headers) -> Original:
    recipients: list[str] = []
    for name in ("x-hmxmroriginalrecipient", "to", "cc", "x-original-to", "delivered-to", "envelope-to"):
        for value in headers.all(name)[:5]:
            recipients.extend(one.address for one in read_addresses(value) if "@" in one.address)
    sender = [one.address for name in ("from", "return-path") for one in read_addresses(headers.get(name))]
    return Original(
        message_id=read_message_id(headers.get("message-id")),
        sender=tuple(sender),
        recipients=tuple(dict.fromkeys(recipients)),
    )
