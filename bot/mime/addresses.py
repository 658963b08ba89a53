"""Address headers, read leniently: raw bytes are split first and names decoded afterwards."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.mail import Address
from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.words import decode_words, one_line

_WORD: Final = rb"(?P<word>=\?[^?\s]{1,60}\?[BbQq]\?[^?]*+(?:\?(?!=)[^?]*+)*+\?=)"
_QUOTED: Final = rb"""|(?P<quoted>"(?:[^"\\]|\\.)*+")"""
_REST: Final = (
    rb"|(?P<angle><++[^<>]*+>++|<++[^<>,;\s]*+)|(?P<comment>\()|(?P<special>[,;:])|(?P<blank>\s++)"
    rb"""|(?P<text>[^\s,;:<>()"=]++|.)"""
)
_TOKEN: Final = pattern(_WORD + _QUOTED + _REST, re.DOTALL)
# After a quote that is never closed: looking for its end again at every further quote would cost the square.
_TOKEN_UNQUOTED: Final = pattern(_WORD + _REST, re.DOTALL)
_ADDRESS: Final = pattern(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_ANGLE: Final = pattern(r"^(.*?)<\s*([^<>\s]+@[^<>\s]+)\s*>\s*$", re.DOTALL)
_AROUND_AT: Final = pattern(r"\s*@\s*")
_QUOTES: Final = "\"'\u2018\u2019\u201c\u201d `"


class _Mailbox:
    """What was seen of one mailbox so far."""

    __slots__ = ("angle", "comments", "seen", "words")

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self.comments: list[bytes] = []
        self.angle: bytes | None = None
        self.seen = False

    def has_address(self) -> bool:
        return self.angle is not None or any(b"@" in word for word in self.words)


def read_addresses(raw: bytes, *, fallback: str = "") -> tuple[Address, ...]:
    """The mailboxes of a header value (RFC 5322 3.4, and what is sent instead); groups are flattened.

    Where no mailbox has an address, the names stay.
    """
    found: list[Address] = []
    box = _Mailbox()
    in_group = False
    at = 0
    token = _TOKEN
    while at < len(raw) and len(found) < limits.ADDRESSES:
        match = token.match(raw, at)
        assert match is not None  # the last alternative takes any byte
        at = match.end()
        kind, text = match.lastgroup, match[0]
        if text == b'"':
            token = _TOKEN_UNQUOTED
        if kind == "comment":
            comment, at = _comment(raw, at)
            box.comments.append(comment)
        elif kind == "angle":
            box.angle, box.seen = text.strip(b"<> \t\r\n"), True
        elif kind == "special" and text == b":":
            if box.words and not box.has_address() and (in_group or b";" in raw[at:]) and not _is_scheme(box):
                box, in_group = _Mailbox(), True
            elif not _is_scheme(box):
                box.words.append(b":")
            else:
                box.words.pop()
        elif kind == "special":
            if text == b"," and _name_goes_on(box, raw, at):
                box.words.append(b", ")
                continue
            _end(box, found, fallback)
            box = _Mailbox()
            in_group = in_group and text != b";"
        else:
            box.words.append(text)
    _end(box, found, fallback)
    # A name alone is nobody that a reply could reach; it stays only where there is nothing else.
    return tuple(one for one in found if "@" in one.address) or tuple(found)


def _is_scheme(box: _Mailbox) -> bool:
    return bool(box.words) and box.words[-1].lower() == b"mailto"


def _name_goes_on(box: _Mailbox, raw: bytes, at: int) -> bool:
    """`Doe, John <j@x>` without quotes: no address before the comma, and the next mailbox has one in brackets."""
    if box.has_address() or not any(not word.isspace() for word in box.words):
        return False
    following = raw[at : at + 200].split(b",", 1)[0]
    before = following.split(b"<", 1)
    return len(before) == 2 and b"@" not in before[0] and b"@" in before[1] and b'"' not in before[0]


def _comment(raw: bytes, at: int) -> tuple[bytes, int]:
    """The text of a comment whose bracket was just read; an open one ends with the header."""
    depth, start = 1, at
    while at < len(raw):
        byte = raw[at]
        if byte == 0x5C:
            at += 1
        elif byte == 0x28:
            depth += 1
        elif byte == 0x29:
            depth -= 1
            if depth == 0:
                return raw[start:at], at + 1
        at += 1
    return raw[start:], len(raw)


def _end(box: _Mailbox, found: list[Address], fallback: str) -> None:
    name = _name(box.words, fallback)
    if box.angle is not None:
        address = _address(decode_words(box.angle, fallback=fallback))
        if "@" not in address and (nested := _ADDRESS.search(name)) and not box.comments:
            # `"a@b" <>`, or the address in the name's place.
            address = address or nested[0]
        if not name and box.comments:
            name = _name([box.comments[-1]], fallback)
        if name or address:
            found.append(Address(name=name, address=address))
        return
    comment = _name([box.comments[-1]], fallback) if box.comments else ""
    if not name:
        if comment:
            inner = _ADDRESS.search(comment)
            found.append(Address(name="" if inner else comment, address=inner[0] if inner else ""))
        return
    joined = _AROUND_AT.sub("@", name)
    if match := _ANGLE.match(name):  # the whole mailbox stood inside an encoded word or quotes
        found.append(Address(name=_bare(match[1]), address=_address(match[2])))
    elif " " not in joined:
        found.append(Address(name=comment, address=_address(joined)))
    elif match := _ADDRESS.search(joined):
        rest = _bare(joined[: match.start()] + " " + joined[match.end() :])
        found.append(Address(name=rest or comment, address=_address(match[0])))
    else:
        found.append(Address(name=name, address=""))


def _name(words: list[bytes], fallback: str) -> str:
    out: list[bytes] = []
    for word in words:
        if len(word) > 1 and word[:1] == b'"' and word[-1:] == b'"':
            inner = re.sub(rb"\\(.)", rb"\1", word[1:-1], flags=re.DOTALL)
            out.append(inner)
        else:
            out.append(word)
    text = one_line(decode_words(b"".join(out), fallback=fallback))
    return _bare(text)


def _bare(name: str) -> str:
    name = one_line(name)
    while len(name) > 1 and name[0] in _QUOTES and name[-1] in _QUOTES:
        name = name[1:-1].strip()
    return name.strip(' "')


def _address(text: str) -> str:
    address = one_line(text)
    if address.lower().startswith("mailto:"):
        address = address[7:]
    if address.startswith("@") and ":" in address:
        # RFC 5322 4.4: an obsolete route before the address.
        address = address.rpartition(":")[2]
    if "(" in address and not address.startswith('"'):
        address = re.sub(r"\([^()]*\)", "", address)
    if not address.startswith('"'):
        address = address.replace(" ", "")
    return address.strip("'`<>,;[] \"" if address.count('"') < 2 else "'`<>,; ")
