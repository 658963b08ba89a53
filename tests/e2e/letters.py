"""Mails as correspondents write them, small, with a Message-ID of their own each."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime
from email import message_from_bytes, policy, utils
from email.message import EmailMessage
from email.parser import BytesParser
from typing import cast

MARIE = "marie@example.org"
_POLICY = policy.SMTP.clone(cte_type="8bit", max_line_length=900)
_numbers = itertools.count(1)


def new_id(name: str = "letter") -> str:
    """A Message-ID without brackets that no other test uses."""
    return f"{name}-{os.getpid()}-{next(_numbers)}@example.org"


def letter(
    *,
    to: str,
    id: str = "",
    subject: str = "Une question",
    sender: str = f"Marie <{MARIE}>",
    text: str = "Bonjour,\n\nune question.\n",
    answers: str = "",
    references: str = "",
    cc: str = "",
    reply_to: str = "",
    at: datetime | None = None,
) -> bytes:
    """A plain mail; `answers` is the Message-ID that it is an answer to."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    if cc:
        mail["Cc"] = cc
    if reply_to:
        mail["Reply-To"] = reply_to
    if id:
        mail["Message-ID"] = f"<{id}>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    if references or answers:
        mail["References"] = references or f"<{answers}>"
    mail["Date"] = utils.format_datetime(at or datetime.now(UTC))
    mail.set_content(text)
    return mail.as_bytes()


def read(raw: bytes) -> EmailMessage:
    """A mail that left, as its correspondent's client reads it."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def id_of(raw: bytes) -> str:
    """Its Message-ID without brackets."""
    return str(read(raw)["Message-ID"] or "").strip().strip("<>")


def addresses(value: object) -> list[str]:
    return [address for _, address in utils.getaddresses([str(value or "")])]


def files_of(raw: bytes) -> list[tuple[str | None, str, bytes]]:
    """Name, type and bytes of each attachment."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = message.iter_attachments()
    return [(p.get_filename(), p.get_content_type(), cast(bytes, p.get_payload(decode=True))) for p in parts]
