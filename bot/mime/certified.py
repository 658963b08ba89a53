"""Certified mail of Italy (PEC, RFC 6109): a post office's envelope with the mail inside of it, and its receipts."""

from __future__ import annotations

from typing import Final

from bot.domain.mail import Nature
from bot.mime.header_block import Headers
from bot.mime.parts import Part, read_inner

_GOOD_NEWS: Final = frozenset((b"accettazione", b"presa-in-carico", b"avvenuta-consegna"))


def certified_mail(root: Part) -> Part | None:
    """The mail that a certified envelope carries (RFC 6109 2.1.1.1.1: `X-Trasporto`)."""
    if not root.headers.get("x-trasporto").strip().lower().startswith(b"posta-certificata"):
        return None
    return next((read_inner(part) for part in root.walk() if part.is_message), None)


def certified_receipt(headers: Headers) -> Nature | None:
    """A post office's word that a mail of ours was taken or delivered (RFC 6109 3: `X-Ricevuta`)."""
    return Nature.DELIVERED if headers.get("x-ricevuta").strip().lower() in _GOOD_NEWS else None
