"""Header bytes to text: encoded words (RFC 2047) wherever they turn up, and raw 8-bit text."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.patterns import pattern
from bot.mime.charset import decode

# Lax on purpose: blanks inside a Q word, a language suffix (RFC 2231 5) and words glued to others are all sent.
_OPENING: Final = pattern(rb"=\?([!->@-~]{1,60})\?([BbQq])\?")
_LINE_END: Final = pattern(rb"[\r\n]")
_HEX: Final = pattern(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64: Final = pattern(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One encoded word: where it stands, and its three parts."""

    start: int
    end: int
    charset: bytes
    kind: bytes
    text: bytes


class WordScan:
    """Encoded words from left to right; the next end is looked for once, however many openings stand before it."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._end = self._break = -1

    def words(self) -> Iterator[Word]:
        """Every word, in order."""
        at = 0
        while (opening := _OPENING.search(self._raw, at)) is not None:
            word = self._word(opening)
            if word is not None:
                yield word
            elif self._end == len(self._raw):
                return
            at = word.end if word is not None else opening.end()

    def word_at(self, at: int) -> Word | None:
        """The word that begins at `at`; never asked for a place before the last one."""
        opening = _OPENING.match(self._raw, at)
        return self._word(opening) if opening is not None else None

    def _word(self, opening: re.Match[bytes]) -> Word | None:
        raw, at = self._raw, opening.end()
        if self._end < at:
            found = raw.find(b"?=", at)
            self._end = found if found >= 0 else len(raw)
        if self._break < at:
            match = _LINE_END.search(raw, at)
            self._break = match.start() if match else len(raw)
        if self._end == len(raw) or self._break < self._end:
            return None
        return Word(opening.start(), self._end + 2, opening[1], opening[2], raw[at : self._end])


@dataclass(slots=True)
class _Run:
    """Adjacent words of one charset, joined before they are decoded: characters are often cut between words."""

    charset: str
    kind: bytes
    data: bytes
    pending: bytes = b""
    """Base64 text that did not fill its last group of four: the next word may go on with it."""


def decode_words(raw: bytes, *, fallback: str = "") -> str:
    """Text of an unfolded header value; `fallback` is the charset for raw 8-bit bytes that are not UTF-8."""
    if b"=?" not in raw:
        return decode(raw, fallback=fallback)
    out: list[str] = []
    run: _Run | None = None
    at = 0
    for word in WordScan(raw).words():
        between = raw[at : word.start]
        if between and not (run is not None and between.isspace()):
            out.append(_text_of(run))
            run = None
            out.append(decode(between, fallback=fallback))
        elif between and run is None:
            out.append(" ")
        charset = word.charset.split(b"*", 1)[0].decode("ascii").lower()
        kind = word.kind.upper()
        if run is None or run.charset != charset:
            out.append(_text_of(run))
            run = _Run(charset=charset, kind=kind, data=b"")
        _append(run, kind, word.text)
        at = word.end
    out.append(_text_of(run))
    out.append(decode(raw[at:], fallback=fallback))
    return "".join(out)


def one_line(text: str) -> str:
    """Text of a header in one line, its white space folded."""
    return " ".join(text.split())


def _append(run: _Run, kind: bytes, text: bytes) -> None:
    if kind == b"Q":
        _flush(run)
        run.data += _HEX.sub(lambda match: binascii.unhexlify(match[1]), text.replace(b"_", b" "))
        return
    plain = run.pending + _NOT_BASE64.sub(b"", text)
    run.pending = b""
    whole = len(plain) & ~3
    run.data += binascii.a2b_base64(plain[:whole])
    run.pending = plain[whole:]
    if b"=" in text:
        _flush(run)


def _flush(run: _Run) -> None:
    if len(run.pending) > 1:
        run.data += binascii.a2b_base64(run.pending + b"=" * (4 - len(run.pending)))
    run.pending = b""


def _text_of(run: _Run | None) -> str:
    if run is None:
        return ""
    _flush(run)
    return decode(run.data, run.charset)
