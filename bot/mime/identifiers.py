"""Message ids: of one mail, of its parents, and any that stand somewhere in a bounce."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.words import decode_words

_BRACKETED: Final = pattern(r"<([^<>]*)>")
# Only where a run begins: beginning anew at each of its characters would cost the square.
_BARE: Final = pattern(r"(?<![^\s<>,;()\"])[^\s<>,;()\"]+@[^\s<>,;()\"]+")
_LIKE_ID: Final = pattern(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.$-]{1,200}+@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?", re.ASCII
)


def read_message_id(raw: bytes) -> str:
    """The id of a mail itself, without brackets; as it stands where it has no form."""
    text = _text(raw)
    if match := _BRACKETED.search(text):
        return "".join(match[1].split())
    return text.strip("<> \t\r\n").split(" ", 1)[0] if "@" in text else text.strip("<> \t\r\n")


def read_ids(values: Iterable[bytes]) -> tuple[str, ...]:
    """Every id of In-Reply-To or References fields, in order, each once.

    The old form of In-Reply-To (`Your message of … <id>`) and ids without brackets are understood; of a very long list
    the first tenth and the newest are kept.
    """
    found: dict[str, None] = {}
    for value in values:
        text = _text(value)
        ids = ["".join(one.split()) for one in _BRACKETED.findall(text)]
        if not ids:
            ids = _BARE.findall(text)
        for one in ids:
            if one:
                found.setdefault(one)
    every = tuple(found)
    if len(every) <= limits.IDENTIFIERS:
        return every
    head = limits.IDENTIFIERS // 10
    return every[:head] + every[head - limits.IDENTIFIERS :]


def ids_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Everything that looks like a message id, in order, each once, up to a limit."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _LIKE_ID.finditer(text):
            found.setdefault(match[0])
            if len(found) >= limits.RECOGNISED:
                return tuple(found)
    return tuple(found)


def _text(raw: bytes) -> str:
    # Python itself encodes long ids as RFC 2047 words when it folds (python/cpython#79986).
    return decode_words(raw)
