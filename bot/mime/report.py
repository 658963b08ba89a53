"""Bounces, complaints and receipts: the words of mail systems on a mail of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.mail import Bounce, BounceReason, Mail, Nature
from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.bounce_text import cause_of_expiry, diagnostic_in, recipient_in, reply_class_in, said_status_in, status_in
from bot.mime.bounce_words import (
    GIVEN_UP,
    ROLE,
    SENDER,
    SENDER_NAME,
    UNREAD,
    begins_as_notice,
    has_bounce_words,
    has_delay_words,
    reason_of,
)
from bot.mime.certified import certified_failure
from bot.mime.charset import decode
from bot.mime.delivery_status import Outcome, address_of, read_delivery_status, read_fields
from bot.mime.feedback import complained_recipient, find_feedback
from bot.mime.notification import Notification, read_notification
from bot.mime.original import Original, find_original, message_id_in, split_notice
from bot.mime.parts import Part, read_inner
from bot.mime.transfer import undo

_MOST_FAILED: Final = 200
"""Addresses that one report names."""
_FAILED_FIELDS: Final = ("x-failed-recipients", "x-failed-recipient")
_PASSED_ON: Final = pattern(r"\s*(?:re|aw|sv|fwd?|wg|tr|rv|i|vs|enc|doorst)\s*:", re.IGNORECASE)
_STATUS_TYPES: Final = frozenset(
    (
        "message/delivery-status",
        "message/global-delivery-status",
        "text/delivery-status",
        "application/x-delivery-status",
    )
)
_ENVELOPE: Final = pattern(r"^[ \t]{0,20}rcpt to:[ \t]{0,20}(\S{3,320})", re.IGNORECASE | re.MULTILINE)
_WRAPPED: Final = 5
_WRAPPINGS: Final = 3
"""Mails within the mail that are looked into for a report, and how deep."""
_DELIVERED: Final = frozenset(("delivered", "relayed", "expanded"))
_REFUSED: Final = pattern(r"automatic-action\s*/\s*MDN-sent-automatically\s*;\s*(?:denied|failed)", re.IGNORECASE)
_DELETED: Final = pattern(r";\s*deleted\b", re.IGNORECASE)
_MACHINE_FIELDS: Final = pattern(r"^(?:final-recipient|action|diagnostic-code)\s*:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Report:
    """The kind of report that a mail is, if any."""

    is_bounce: bool = False
    is_feedback: bool = False
    receipt: Nature | None = None
    """A read receipt or a note of delivery: what became of a mail that arrived, from a machine."""
    bounce: Bounce | None = None
    texts: tuple[str, ...] = ()
    """The decoded words of the whole mail, to look for ids of ours in; empty where it is no report."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The parts of a mail that all kinds of bounce are read from."""

    root: Part
    mail: Mail
    notice: str
    original: Original
    texts: list[str]

    def message_id(self) -> str:
        return self.original.message_id or message_id_in(self.texts, own=self.mail.message_id) or self._by_reference()

    def _by_reference(self) -> str:
        ids = (*self.mail.in_reply_to, *self.mail.references)
        return ids[-1] if ids else ""


def read_report(root: Part, *, mail: Mail, text: str) -> Report:
    """Read a mail as a complaint (RFC 5965), a bounce (RFC 3464, 6533 or wild) or a receipt (RFC 8098)."""
    if told := read_notification(root.headers, mail.from_[0].address if mail.from_ else "", text):
        return _of_notification(_look(root, mail, text), told)
    if failure := certified_failure(root):
        seen = _look(root, mail, text)
        seen = replace(seen, original=replace(seen.original, message_id=failure.message_id or seen.original.message_id))
        return Report(is_bounce=True, bounce=_of_outcomes(seen, [failure.outcome]), texts=(failure.message_id,))
    feedback = find_feedback(root)
    if feedback is not None:
        seen = _look(root, mail, text)
        return Report(is_feedback=True, bounce=_complaint(seen, feedback), texts=tuple(seen.texts))
    outcomes, report = _outcomes(root, mail)
    disposition = _disposition(root) if outcomes is None else None
    if disposition is not None and not _is_refusal(disposition, mail, text):
        is_deleted = bool(_DELETED.search(disposition.get("disposition", "")))
        named = disposition.get("original-message-id", "")
        return Report(receipt=Nature.DELETED_UNREAD if is_deleted else Nature.READ, texts=(named,))
    if outcomes is None and disposition is None and not _may_be_bounce(root, mail, text):
        return Report()
    seen = _look(root, mail, text, report=report)
    if outcomes is None and _MACHINE_FIELDS.search(text):
        # The fields of a delivery status in plain sight: a gateway flattened the report.
        outcomes = read_delivery_status(text) or None
    if disposition is not None and outcomes is None:
        # A mailbox that is full or a filter that refuses, said as a receipt (RFC 5429 2.2).
        final = address_of(disposition.get("final-recipient", ""))
        outcomes = [Outcome(final=final, original="", action="failed", status="", diagnostic="")]
    bounce = _of_outcomes(seen, outcomes) if outcomes else None
    if outcomes and bounce is None:
        return Report(receipt=Nature.DELIVERED, texts=tuple(seen.texts))
    if bounce is None or not bounce.recipient:
        bounce = _of_words(seen, bounce)
    if bounce is None:
        return Report()
    return Report(is_bounce=True, bounce=bounce, texts=tuple(seen.texts))


def _of_notification(seen: _Seen, told: Notification) -> Report:
    if told.nature is not None:
        return Report(receipt=told.nature, texts=(told.message_id,))
    seen = replace(seen, original=replace(seen.original, message_id=told.message_id))
    if told.complainant is not None:
        bounce = replace(_complaint(seen, seen.root), recipient=told.complainant)
        return Report(is_feedback=True, bounce=bounce, texts=(told.message_id,))
    return Report(is_bounce=True, bounce=_of_outcomes(seen, told.outcomes), texts=(told.message_id,))


def _outcomes(root: Part, mail: Mail) -> tuple[list[Outcome] | None, Part]:
    """The outcomes of a report's recipients, and the mail that is the report: this one, or one that it wraps."""
    for part in root.walk():
        if part.content_type in _STATUS_TYPES and not part.children:
            return read_delivery_status(decode(part.body(limits.SCANNED))), root
    if _is_from_daemon(root, mail) or _may_be_machine(root, mail):
        # A scanner or a list on the way wrapped the whole report into a mail of its own, or into two.
        wrapped = [part for part in root.walk() if part.is_message and not part.children][:_WRAPPED]
        for _ in range(_WRAPPINGS):
            trees = [read_inner(part) for part in wrapped]
            for tree in trees:
                for inner in tree.walk():
                    if inner.content_type in _STATUS_TYPES and not inner.children:
                        return read_delivery_status(decode(inner.body(limits.SCANNED))), tree
            wrapped = [inner for tree in trees for inner in tree.walk() if inner.is_message and inner is not tree]
            wrapped = wrapped[:_WRAPPED]
    return None, root


def _disposition(root: Part) -> dict[str, str] | None:
    """The fields of a receipt (RFC 8098 3.2); empty where the report claims to be one and has no such part."""
    for part in root.walk():
        if part.content_type in ("message/disposition-notification", "message/global-disposition-notification"):
            merged: dict[str, str] = {}
            for block in read_fields(decode(part.body(limits.SCANNED))):
                merged.update(block)
            return merged
    return {} if root.type_parameters.get("report-type").lower() == "disposition-notification" else None


def _is_refusal(disposition: dict[str, str], mail: Mail, text: str) -> bool:
    """A mailbox that is full or a filter that refuses, said as a receipt (RFC 5429 2.2).

    Its `deleted` is what an unread mail that somebody deletes gets too: there the words decide.
    """
    said = disposition.get("disposition", "")
    if _REFUSED.search(said):
        return True
    if not _DELETED.search(said) or "automatic-action" not in said.lower():
        return False
    return has_bounce_words(mail.subject) or has_bounce_words(text[:1000]) or bool(said_status_in(text[:1000]))


def _may_be_bounce(root: Part, mail: Mail, text: str) -> bool:
    """Whether the sender or the words are those of a bounce; an answer from a vacation is none."""
    if _is_from_daemon(root, mail):
        return True
    says_so = has_bounce_words(mail.subject)
    if _is_returning(root, mail, text):
        return True
    if b"auto-replied" in root.headers.get("auto-submitted").lower() and not says_so:
        return False
    return says_so or (
        _may_be_machine(root, mail) and bool(has_bounce_words(text[:1000]) or reply_class_in(text[:1000]))
    )


def _is_returning(root: Part, mail: Mail, text: str) -> bool:
    """An address that reads no answers says that a mail was not delivered, and gives that mail back."""
    senders = [one.address.partition("@")[0] for one in (*mail.from_, *mail.reply_to)]
    if not any(UNREAD.fullmatch(one) for one in senders) or not begins_as_notice(text):
        return False
    returned = find_original(root)
    return returned is not None and bool(returned.message_id or returned.recipients) and not returned.is_from_daemon


def _is_from_daemon(root: Part, mail: Mail) -> bool:
    """The sender, or the form, of nothing but reports."""
    if any(name in root.headers for name in _FAILED_FIELDS):
        return True
    if root.content_type == "multipart/report":
        return root.type_parameters.get("report-type").lower() in ("", "delivery-status")
    return not mail.from_ or any(
        SENDER.fullmatch(one.address.partition("@")[0] or one.name) or SENDER_NAME.search(one.name)
        for one in mail.from_
    )


def _may_be_machine(root: Part, mail: Mail) -> bool:
    """Signs that a mail system wrote this: a null return path (RFC 5321 4.5.5), or the name of such a role."""
    path = decode(root.headers.get("return-path")).strip()
    if path in ("<>", "<#@[]>") or SENDER.fullmatch(path.strip("<>").partition("@")[0]):
        return True
    return any(ROLE.fullmatch(one.address.partition("@")[0]) for one in mail.from_)


def _look(root: Part, mail: Mail, text: str, report: Part | None = None) -> _Seen:
    texts = _texts(root, text)
    notice, quoted = split_notice(text)
    original = find_original(report or root) or quoted or Original()
    if not original.message_id and quoted is not None and quoted.message_id:
        original = quoted
    return _Seen(root=root, mail=mail, notice=notice, original=original, texts=texts)


def _texts(root: Part, text: str) -> list[str]:
    """The words of the mail and everything below its headers, also where it was encoded, up to a limit."""
    found = [text]
    budget = limits.SCANNED
    for part in root.walk():
        if part.encoding and not part.children and budget > 0:
            data = undo(part.raw, start=part.start, end=min(part.end, part.start + budget), encoding=part.encoding)
            budget -= len(data)
            found.append(decode(data[: limits.SCANNED]))
    found.append(decode(root.raw[root.start : root.start + limits.SCANNED]))
    return found


def _complaint(seen: _Seen, part: Part) -> Bounce:
    recipients = seen.original.recipients
    return Bounce(
        recipient=complained_recipient(part) or (recipients[0] if recipients else ""),
        status="",
        status_class="",
        permanent=False,
        reason=BounceReason.SPAM,
        diagnostic="",
        original_message_id=seen.message_id(),
    )


def _of_outcomes(seen: _Seen, outcomes: list[Outcome]) -> Bounce | None:
    """The worst outcome speaks for the report; None where everything arrived."""
    failed = [one for one in outcomes if one.action == "failed" or (not one.action and one.status[:1] in ("4", "5"))]
    delayed = [one for one in outcomes if one.action == "delayed"]
    delivered = [one for one in outcomes if one.action in _DELIVERED]
    if not failed and not delayed and delivered:
        return None
    chosen = (failed or delayed or outcomes)[0]
    is_delay = not failed and bool(delayed)
    diagnostic = chosen.diagnostic or diagnostic_in(seen.notice, chosen.recipient)
    status = _better_status(chosen.status, chosen.diagnostic)
    return _bounce(
        seen,
        recipient=chosen.recipient,
        status=status,
        diagnostic=diagnostic,
        is_delay=is_delay,
        words=seen.notice,
        addressed_to=chosen.addressed_to,
        others=tuple(a for one in failed if one is not chosen for a in (one.recipient, one.addressed_to) if a),
    )


def _better_status(status: str, diagnostic: str) -> str:
    """The code that the refusing server gave itself, before the one that the reporting server made of it."""
    if status == "4.4.7":
        return cause_of_expiry(diagnostic) or status
    said = said_status_in(diagnostic)
    if said and said != "4.4.7" and not (said.endswith(".0.0") and status):
        return said
    if not status or status.endswith(".0"):  # "other"
        return status_in(diagnostic) or status
    return status


def _of_words(seen: _Seen, partly: Bounce | None) -> Bounce | None:
    notice = seen.notice if seen.notice.strip() else seen.texts[0]
    mail = seen.mail
    known = seen.original.recipients
    recipient = recipient_in(
        notice,
        known=known,
        not_these=[one.address for one in mail.from_],
        unlikely=[*(one.address for one in mail.to), *seen.original.sender],
    )
    if recipient.lower() not in {one.lower() for one in known}:
        recipient = next(iter(_failed_in_headers(seen.root)), recipient)
    if not recipient and len(known) == 1:
        recipient = known[0]
    if not recipient and (envelope := _ENVELOPE.search(seen.texts[0][:50_000])):
        # Among fields that were taken for those of the returned mail.
        recipient = address_of(envelope[1])
    diagnostic = (partly.diagnostic if partly else "") or diagnostic_in(notice, recipient)
    status = (partly.status if partly else "") or status_in(diagnostic) or status_in(notice)
    if partly is None and not _is_told(seen, notice, names_something=bool(recipient or status)):
        return None
    is_delay = (has_delay_words(notice[:20_000]) or has_delay_words(mail.subject)) and not GIVEN_UP.search(notice)
    if partly is not None:
        is_delay = partly.reason is BounceReason.DELAYED
    others = () if is_delay else tuple(one for one in _failed_in_headers(seen.root) if one != recipient)
    return _bounce(
        seen,
        recipient=recipient,
        status=status,
        diagnostic=diagnostic,
        is_delay=is_delay,
        words=notice,
        others=others,
    )


def _is_told(seen: _Seen, notice: str, *, names_something: bool) -> bool:
    """Enough to call it a bounce: people, too, write about mail that did not arrive."""
    root, mail = seen.root, seen.mail
    says_so = has_bounce_words(mail.subject) or has_bounce_words(notice[:3000])
    if _is_from_daemon(root, mail):
        return names_something or says_so
    has_code = bool(said_status_in(notice) or reply_class_in(notice))
    if _may_be_machine(root, mail) or _is_returning(root, mail, seen.texts[0]):
        return names_something and (says_so or has_code)
    if not (names_something and says_so):
        return False
    returned = find_original(root)
    is_returned = returned is not None and not returned.is_from_daemon
    if "auto-submitted" in root.headers or begins_as_notice(notice):
        return is_returned or has_code or not (mail.in_reply_to or _PASSED_ON.match(mail.subject))
    return is_returned and has_code


def _failed_in_headers(root: Part) -> tuple[str, ...]:
    for name in _FAILED_FIELDS:
        listed = decode(root.headers.get(name)).split(",")[:_MOST_FAILED]
        if found := tuple(dict.fromkeys(address for one in listed if (address := address_of(one)))):
            return found
    return ()


def _bounce(
    seen: _Seen,
    *,
    recipient: str,
    status: str,
    diagnostic: str,
    is_delay: bool,
    words: str,
    addressed_to: str = "",
    others: tuple[str, ...] = (),
) -> Bounce:
    status_class = status[:1] or reply_class_in(diagnostic) or ("4" if is_delay else "5")
    return Bounce(
        recipient=recipient,
        status=status,
        status_class=status_class,
        permanent=not is_delay and status_class != "4",
        reason=reason_of(diagnostic=diagnostic, status=status, text=words, is_delay=is_delay),
        diagnostic=diagnostic[:500],
        original_message_id=seen.message_id(),
        addressed_to=addressed_to,
        others=others[:_MOST_FAILED],
    )
