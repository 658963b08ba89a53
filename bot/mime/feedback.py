"""Complaints (ARF, RFC 5965): a reader's provider says that a mail was called spam."""

from __future__ import annotations

from bot.mime import limits
from bot.mime.charset import decode
from bot.mime.delivery_status import address_of, read_fields
from bot.mime.parts import Part

_UNNAMED_TYPES = ("text/plain", "application/octet-stream", "message/report", "text/rfc822-headers")
_COMPLAINT_DESKS = ("staff@hotmail.com", "staff@outlook.com", "complaints@email-abuse.amazonses.com")
_FIELDS = 4096
_RECIPIENT_FIELDS = ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient")


def find_feedback(root: Part) -> Part | None:
    """The machine-readable part of a complaint, if the mail is one."""
    for part in root.walk():
        if part.content_type in ("message/feedback-report", "message/feedback-report-headers"):
            return part
    if root.type_parameters.get("report-type").lower() == "feedback-report":
        return root
    unnamed = _unnamed(root)
    if unnamed is not None:
        return unnamed
    if root.headers.get("x-apple-unsubscribe").strip().lower() == b"true":
        # Apple Mail's button: a reader wants no more, said in a mail of its own kind.
        return root
    return None


def _unnamed(root: Part) -> Part | None:
    """A complaint without the right type: its fields in a part of another one, or Microsoft's mail that has none.

    Both give the mail back that was complained about (RFC 5965 2).
    """
    if root.content_type != "multipart/mixed" or not any(part.is_message for part in root.walk()):
        return None
    for part in root.walk():
        if part.content_type in _UNNAMED_TYPES and not part.children:
            blocks = read_fields(decode(part.body(_FIELDS)))[:1]
            if blocks and "feedback-type" in blocks[0] and ("user-agent" in blocks[0] or "version" in blocks[0]):
                return part
    subject = decode(root.headers.get("subject")).strip().lower()
    sender = decode(root.headers.get("from")).lower()
    if subject.startswith("complaint about message from ") and any(one in sender for one in _COMPLAINT_DESKS):
        return root
    return None


def complained_recipient(part: Part) -> str:
    """The person who complained, where the report says it (many hide it)."""
    if part.children:
        return ""
    for block in read_fields(decode(part.body(limits.SCANNED))):
        for name in _RECIPIENT_FIELDS:
            if name in block and (found := address_of(block[name])):
                return found
    return ""
