"""Bounces without a machine-readable part: whom and what the words of the notice mean."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Final

from bot.domain.patterns import pattern

_ADDRESS: Final = pattern(
    r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~.-]{1,100}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
    r"|[A-Za-z0-9_.+-]{1,100}@[A-Za-z0-9-]{1,63}\b"
)
_LEAD: Final = pattern(
    r"(?:final[- ]recipient|original[- ]recipient|failed\s+recipients?|x-failed-recipients?|recipients?(?:\s+address)?|"
    r"rcpt\s+to|to|user|address(?:es)?|addressee|"
    r"destinataires?|empfänger|destinatario|delivery\s+to|deliver\s+to|mail\s+to|"
    r"for|宛先|受信者|収件人|收件人|получател\w+)\s*(?:\(s\))?\s*[:=]?\s*[<\"'(\[]*$",
    re.IGNORECASE,
)
_NOT_ABOUT: Final = pattern(
    r"(?:(?<!generated )(?<!expanded )from|sender|reported\s+by|contact|write\s+to|mail\s+to|e-?mail|message-?id|help|"
    r"support|postmaster|administrator|abuse|questions?|reply-to|originator|mailto|by|"
    r"assistance|送信者|差出人)\s*[:=]?\s*[<\"'(\[]*$",
    re.IGNORECASE,
)
_ERROR_NEAR: Final = pattern(
    r"unknown|not\s+found|not\s+reach|rejected|refused|denied|error|fail|invalid|disabled|full|quota|exceed|undeliver|not\s+deliver|does\s+not|doesn't|"
    r"no\s+such|unavailable|\b5\d\d\b|\b[45]\.\d\.\d|could\s+not|couldn't|cannot|"
    r"unable|expired|"
    r"timed\s+out|blocked|unbekannt|inconnu|desconocid|sconosciut|不明|存在",
    re.IGNORECASE,
)
_QUOTED_FIELD: Final = pattern(r"^[>| \t]*(?:to|cc|bcc|from|sender|reply-to|subject|mail\s+from)\s*:", re.IGNORECASE)
_PREFIX: Final = pattern(r"^(?:(?:smtp|rfc822|rfc-822|mailto|ex|x400)=)+", re.IGNORECASE)
_NEAR: Final = 300
"""Characters around an address that are looked at: a line may be as long as the mail."""
_ADDRESSES: Final = 500
_ROLES: Final = frozenset(
    (
        "mailer-daemon",
        "postmaster",
        "mail-daemon",
        "abuse",
        "support",
        "help",
        "helpdesk",
        "noreply",
        "no-reply",
        "hostmaster",
        "webmaster",
    )
)
_ENHANCED: Final = pattern(r"(?<![\d.])([245])\.(\d{1,2})\.(\d{1,3})(?![\d.]*\d)(?!\.\d)")
_AFTER_CODE: Final = pattern(r"(?<![\d.])[245]\d\d[- ]{1,3}['\"(]?#?([245]\.\d{1,2}\.\d{1,3})(?![.\d])")
_HASHED: Final = pattern(r"#([245]\.\d{1,2}\.\d{1,3})(?![.\d])")
_REPLY: Final = pattern(r"(?:(?<![\d.:/-])|(?<=CODE :))([45])([0-5]\d)(?:[- ](?=\S)|[- ]*$)", re.MULTILINE)
_SERVER_SAID: Final = pattern(r"(?<![\d.:/-])[45][0-5]\d[- ]\S.{3,}|<<<\s*\d{3}.*|\bsaid:\s*\S.*|\(#?[45]\.\d\.\d\).*")


def recipient_in(text: str, *, known: Iterable[str], not_these: Iterable[str], unlikely: Iterable[str]) -> str:
    """The address that a notice says could not be reached; empty where it names none.

    Args:
        known: recipients of the returned mail; one of them that the notice names is the one.
        not_these: addresses that are certainly not meant: who sent the notice.
        unlikely: who sent the mail; it is meant only where the notice lists it as failed (mail to oneself).
    """
    wanted = {one.lower() for one in known}
    excluded = {one.lower() for one in not_these} - wanted
    doubtful = {one.lower() for one in unlikely} - wanted
    best, best_score = "", 0
    for match in itertools.islice(_ADDRESS.finditer(text[:50_000]), _ADDRESSES):
        address = _PREFIX.sub("", match[0]).strip(".'`")
        lower = address.lower()
        if lower in excluded:
            continue
        score = _score(text, match.start(), match.end(), lower)
        if lower in wanted:
            score += 6
        if lower in doubtful:
            score -= 5
        if score > best_score:
            best, best_score = address, score
    return best


def _score(text: str, start: int, end: int, address: str) -> int:
    far = max(0, start - _NEAR)
    line_start = text.rfind("\n", far, start) + 1 or far
    line_end = text.find("\n", end, end + _NEAR)
    line_end = min(len(text), end + _NEAR) if line_end < 0 else line_end
    before, after = text[line_start:start], text[end:line_end]
    if _QUOTED_FIELD.match(before):
        return -4  # what the returned mail said, not what became of it
    score = 2
    if not before.strip(" \t<>\"'([*-|") or before.strip().endswith(("<", "<<<")):
        score += 2  # it begins its line, as in lists of failed recipients
    if _LEAD.search(before[-60:]):
        score += 3
    if after.lstrip(">\"') \t")[:1] in (":", "[", "…"):
        score += 2
    if _NOT_ABOUT.search(before[-40:]):
        score -= 4
    if _ERROR_NEAR.search(before + after) or _ERROR_NEAR.search(text[line_end : line_end + 200]):
        score += 2
    if _ERROR_NEAR.search(text[max(0, line_start - 200) : line_start]):
        score += 1
    if address.partition("@")[0] in _ROLES:
        score -= 5
    if "." not in address.partition("@")[2]:
        score -= 1
    return score


def status_in(text: str) -> str:
    """The enhanced status code (RFC 3463) in a server's words: after its reply code, else any."""
    for rule in (_AFTER_CODE, _HASHED):
        if match := rule.search(text):
            return match[1]
    found = _ENHANCED.search(text)
    return found[0] if found else ""


def reply_class_in(text: str) -> str:
    """`4` or `5` of the SMTP reply code in a server's words."""
    match = _REPLY.search(text)
    return match[1] if match else ""


def cause_of_expiry(text: str) -> str:
    """The status code beside `4.4.7` (expired) in a server's words: why it could not be delivered in time."""
    return next((found[0] for found in _ENHANCED.finditer(text) if found[0] != "4.4.7"), "")


def said_status_in(text: str) -> str:
    """The enhanced status code that a server gave with its reply code; empty where none did."""
    match = _AFTER_CODE.search(text)
    return match[1] if match else ""


def diagnostic_in(text: str, recipient: str) -> str:
    """The server's words: the line with its reply code, else the words behind the recipient."""
    at = text.lower().find(recipient.lower()) if recipient else -1
    for start in (max(at, 0), 0):
        if match := _SERVER_SAID.search(text, start):
            return " ".join(_paragraph(text, match.start()).split())[:500]
    if at < 0:
        return ""
    rest = text[at + len(recipient) :].lstrip(">\"') :\t")
    return " ".join(_paragraph(rest.lstrip("\n"), 0).split())[:500]


def _paragraph(text: str, start: int) -> str:
    end = text.find("\n\n", start)
    return text[start : end if end >= 0 else start + 500][:500]
