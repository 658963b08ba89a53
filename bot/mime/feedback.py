"""Complaints (ARF, RFC 5965): a reader's provider says that a mail was called spam."""

from __future__ import annotations

from bot.mime import limits
from bot.mime.charset import decode
from bot.mime.delivery_status import address_of, read_fields
from bot.mime.parts import Part

_RECIPIENT_FIELDS = ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient")


def find_feedback(root: Part) -> Part | None:
    """The machine-readable part of a complaint, if the mail is one."""
    for part in root.walk():
        if part.content_type in ("message/feedback-report", "message/feedback-report-headers"):
            return part
    if root.type_parameters.get("report-type").lower() == "feedback-report":
        return root
    if root.headers.get("x-apple-unsubscribe").strip().lower() == b"true":
        # Apple Mail's button: a reader wants no more, said in a mail of its own kind.
        return root
    return None


def complained_recipient(part: Part) -> str:
    """Who complained, where the report says it (many hide it)."""
    if part.children:
        return ""
    for block in read_fields(decode(part.body(limits.SCANNED))):
        for name in _RECIPIENT_FIELDS:
            if name in block and (found := address_of(block[name])):
                return found
    return ""
