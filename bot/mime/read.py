"""The entry of the reader: the bytes of a mail to a `Mail` and the bytes of its files."""

from __future__ import annotations

import email
import hashlib
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime

from bot.domain.mail import Address, Attachment, Mail


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail and the bytes of its attachments, in the order of `mail.attachments`."""

    mail: Mail
    files: tuple[bytes, ...]


def read_headers(raw_head: bytes) -> Mail:
    """The headers alone, for a mail that cannot be read whole."""
    return read_mail(raw_head.split(b"\n\n")[0]).mail


def read_mail(raw: bytes) -> ReadMail:
    """Read a mail; `visible_text` and `chat_html` stay empty."""
    message = email.message_from_bytes(raw)

    def words(name: str) -> str:
        return str(make_header(decode_header(message.get(name, ""))))

    def people(name: str) -> tuple[Address, ...]:
        return tuple(Address(n, a) for n, a in getaddresses([words(name)]) if a)

    text, html, attachments, files = "", "", [], []
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True) or b""
        assert isinstance(payload, bytes)
        name, kind = part.get_filename(), part.get_content_type()
        if kind == "text/plain" and not name and not text:
            text = payload.decode("utf-8", "replace")
        elif kind == "text/html" and not name and not html:
            html = payload.decode("utf-8", "replace")
        else:
            files.append(payload)
            content_id = part.get("Content-ID", "").strip("<> ")
            attachments.append(
                Attachment(
                    name or "file",
                    kind,
                    len(payload),
                    False,
                    content_id,
                    hashlib.sha256(payload).hexdigest(),
                )
            )
    date = parsedate_to_datetime(message["Date"]) if message["Date"] else None
    mail = Mail(
        message_id=message.get("Message-ID", "").strip("<> "),
        in_reply_to=tuple(
            i.strip("<>") for i in message.get("In-Reply-To", "").split()
        ),
        references=tuple(i.strip("<>") for i in message.get("References", "").split()),
        from_=people("From"),
        reply_to=people("Reply-To"),
        to=people("To"),
        cc=people("Cc"),
        subject=words("Subject"),
        date=date,
        text=text,
        html=html,
        attachments=tuple(attachments),
    )
    return ReadMail(mail, tuple(files))
