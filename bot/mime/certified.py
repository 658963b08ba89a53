"""Certified mail of Italy (PEC, RFC 6109): a post office's envelope with the mail inside of it, and its receipts."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from typing import Final

from bot.domain.mail import Nature
from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.charset import decode
from bot.mime.delivery_status import Outcome, address_of
from bot.mime.header_block import Headers
from bot.mime.identifiers import read_ids
from bot.mime.parts import Part, read_inner

_GOOD_NEWS: Final = frozenset((b"accettazione", b"presa-in-carico", b"avvenuta-consegna"))
_BAD_NEWS: Final = {
    b"non-accettazione": "failed",
    b"errore-consegna": "failed",
    b"rilevazione-virus": "failed",
    b"preavviso-errore-consegna": "delayed",
}
_STATUS: Final = {"no-dest": "5.1.1", "no-dominio": "5.1.2", "virus": "5.7.0"}
"""Statuses of RFC 3463 by the attribute `errore` of the certification."""
_ERROR: Final = pattern(r"\berrore=[\"']([a-z-]{1,30})[\"']")
_WHOM: Final = pattern(r"<(?:consegna|destinatari\b[^<>]{0,60})>([^<>]{3,320})</")
_MISSED: Final = pattern(r"<consegna>([^<>]{3,320})</")
_WHY: Final = pattern(r"<errore-esteso>([^<>]{1,2000})</")


def certified_mail(root: Part) -> Part | None:
    """The mail that a certified envelope carries (RFC 6109 2.1.1.1.1: `X-Trasporto`)."""
    if not root.headers.get("x-trasporto").strip().lower().startswith(b"posta-certificata"):
        return None
    return next((read_inner(part) for part in root.walk() if part.is_message), None)


def certified_receipt(headers: Headers) -> Nature | None:
    """A post office's word that a mail of ours was taken or delivered (RFC 6109 3: `X-Ricevuta`)."""
    return Nature.DELIVERED if headers.get("x-ricevuta").strip().lower() in _GOOD_NEWS else None


@dataclass(frozen=True, slots=True)
class CertifiedFailure:
    """A post office did not take or deliver a mail of ours."""

    message_id: str
    """The id of that mail (`X-Riferimento-Message-ID`)."""
    outcome: Outcome


def certified_failure(root: Part) -> CertifiedFailure | None:
    """A notice that a mail was not accepted or not delivered (RFC 6109 3.1.2, 3.3.2, 3.3.3); None of any other mail.

    The facts stand in `daticert.xml` (RFC 6109 4.4), of which three elements are read and nothing else.
    """
    action = _BAD_NEWS.get(root.headers.get("x-ricevuta").strip().lower())
    if action is None:
        return None
    facts = next((_text(part) for part in root.walk() if "xml" in part.content_type and not part.children), "")
    error, why = _ERROR.search(facts), _WHY.search(facts)
    whom = _MISSED.search(facts) or _WHOM.search(facts)
    said = unescape(why[1]).strip() if why else ""
    status = _STATUS.get(error[1], "") if error else ""
    recipient = address_of(unescape(whom[1])) if whom else ""
    ids = read_ids(root.headers.all("x-riferimento-message-id"))
    return CertifiedFailure(ids[0] if ids else "", Outcome(recipient, "", action, status, said))


def _text(part: Part) -> str:
    return decode(part.body(limits.SCANNED))
