"""Address headers, read leniently: raw bytes are split first and names decoded afterwards."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.mail import Address
from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.words import WordScan, decode_words, one_line

_QUOTED: Final = rb"""(?P<quoted>"[^"\\]*(?:\\.[^"\\]*)*")|"""
_REST: Final = (
    rb"(?P<angle><+[^<>]*>+|<+[^<>,;\s]*)|(?P<comment>\()|(?P<special>[,;:])|(?P<blank>\s+)"
    rb"""|(?P<text>[^\s,;:<>()"=]+|.)"""
)
_TOKEN: Final = pattern(_QUOTED + _REST, re.DOTALL)
# After a quote that is never closed: looking for its end again at every further quote would cost the square.
_TOKEN_UNQUOTED: Final = pattern(_REST, re.DOTALL)
# Only where a run begins: beginning anew at each of its characters would cost the square.
_ADDRESS: Final = pattern(r"(?<![^\s<>()\[\],;:\"'])[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_BRACKET: Final = pattern(rb"[\\()]")
_AROUND_AT: Final = pattern(r"\s*@\s*")
_QUOTES: Final = "\"'\u2018\u2019\u201c\u201d `"


class _Mailbox:
    """The parts of one mailbox that were read so far."""

    __slots__ = ("angle", "comments", "has_at", "has_name", "words")

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self.comments: list[bytes] = []
        self.angle: bytes | None = None
        self.has_at = False
        self.has_name = False

    def add(self, word: bytes) -> None:
        self.words.append(word)
        # Kept, not asked of all words at each colon and comma.
        self.has_at = self.has_at or b"@" in word
        self.has_name = self.has_name or not word.isspace()

    def has_address(self) -> bool:
        return self.angle is not None or self.has_at


def read_addresses(raw: bytes, *, fallback: str = "") -> tuple[Address, ...]:
    """The mailboxes of a header value (RFC 5322 3.4, and what is sent instead); groups are flattened.

    Where no mailbox has an address, the names stay.
    """
    found: list[Address] = []
    box = _Mailbox()
    in_group = False
    at = 0
    token = _TOKEN
    last_semicolon = raw.rfind(b";")
    scan = WordScan(raw)
    while at < len(raw) and len(found) < limits.ADDRESSES:
        if raw[at] == 0x3D and (word := scan.word_at(at)) is not None:
            box.add(raw[at : word.end])
            at = word.end
            continue
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
            box.angle = text.strip(b"<> \t\r\n")
        elif kind == "special" and text == b":":
            if box.words and not box.has_address() and (in_group or at <= last_semicolon) and not _is_scheme(box):
                box, in_group = _Mailbox(), True
            elif not _is_scheme(box):
                box.add(b":")
            else:
                box.words.pop()
        elif kind == "special":
            if text == b"," and _name_goes_on(box, raw, at):
                box.add(b", ")
                continue
            _end(box, found, fallback)
            box = _Mailbox()
            in_group = in_group and text != b";"
        else:
            box.add(text)
    _end(box, found, fallback)
    # A name alone is nobody that a reply could reach; it stays only where there is nothing else.
    return tuple(one for one in found if "@" in one.address) or tuple(found)


def _is_scheme(box: _Mailbox) -> bool:
    return bool(box.words) and box.words[-1].lower() == b"mailto"


def _name_goes_on(box: _Mailbox, raw: bytes, at: int) -> bool:
    """`Doe, John <j@x>` without quotes: no address before the comma, and the next mailbox has one in brackets."""
    if box.has_address() or not box.has_name:
        return False
    following = raw[at : at + 200].split(b",", 1)[0]
    before = following.split(b"<", 1)
    return len(before) == 2 and b"@" not in before[0] and b"@" in before[1] and b'"' not in before[0]


def _comment(raw: bytes, at: int) -> tuple[bytes, int]:
    """The text of a comment whose bracket was just read; an open one ends with the header."""
    depth, start = 1, at
    while (found := _BRACKET.search(raw, at)) is not None:
        at = found.end()
        match found[0]:
            case b"\\":
                at += 1
            case b"(":
                depth += 1
            case _:
                depth -= 1
                if depth == 0:
                    return raw[start : found.start()], at
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
    if bracketed := _in_angles(name):  # the whole mailbox stood inside an encoded word or quotes
        found.append(Address(name=_bare(bracketed[0]), address=_address(bracketed[1])))
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


def _in_angles(name: str) -> tuple[str, str] | None:
    """The name and the address of `Name <address>`; None where it has not this form."""
    before, bracket, inner = name.strip().removesuffix(">").rpartition("<")
    inner = inner.strip()
    if not bracket or not name.rstrip().endswith(">") or ">" in inner or " " in inner or "@" not in inner[1:-1]:
        return None
    return before, inner


def _bare(name: str) -> str:
    name = one_line(name)
    start, end = 0, len(name)
    while end - start > 1 and name[start] in _QUOTES and name[end - 1] in _QUOTES:
        start, end = start + 1, end - 1
        while start < end and name[start] == " ":
            start += 1
        while start < end and name[end - 1] == " ":
            end -= 1
    return name[start:end].strip(' "')


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
