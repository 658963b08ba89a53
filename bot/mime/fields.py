"""The header fields of a mail as rules of the house look at them: decoded, and far fewer than a mail may have."""

from __future__ import annotations

from typing import Final

from bot.domain.mail import Fields
from bot.mime.header_block import Headers, normalised, read_block
from bot.mime.words import decode_words, one_line

HEAD: Final = 64 << 10
"""Bytes at the beginning of a mail that are enough to find its fields again."""
_MOST: Final = 150
"""Fields of a mail, the topmost ones: those of the servers on its way stand above the sender's."""
_MOST_LETTERS: Final = 500
"""Of a value."""
_MOST_RAW: Final = 2_000
"""Bytes of a value that are decoded: an encoded word has more bytes than letters."""
_SEALS: Final = frozenset(
    "dkim-signature x-google-dkim-signature domainkey-signature arc-seal arc-message-signature autocrypt".split()
)
"""Fields of letters that mean nothing to a person."""


def fields_of(headers: Headers, *, charset: str = "") -> Fields:
    """The fields that a rule may name."""
    kept = [(name, value) for name, value in headers.fields if name not in _SEALS][:_MOST]
    return tuple(
        (name, one_line(decode_words(value[:_MOST_RAW], fallback=charset))[:_MOST_LETTERS]) for name, value in kept
    )


def fields_of_head(head: bytes) -> Fields:
    """The fields of a mail by its beginning, which need not hold all of them.

    Every step goes once over these bytes, of which there are few (`HEAD`): it needs no worker.
    """
    raw = normalised(head[:HEAD])
    return fields_of(read_block(raw, 0, len(raw), is_message=True).headers)
