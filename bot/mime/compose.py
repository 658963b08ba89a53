"""Writes an outgoing mail: values to the bytes that are sent, kept, and appended to Sent. Same values, same bytes."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import idna

from bot.domain.addresses import can_be_written_to, plain_labels
from bot.domain.mail import Address
from bot.mime.compose_headers import POLICY

MAX_REFERENCES: Final = 1_500
"""Characters of References: relays refuse header blocks that grow without end."""
MAX_SUBJECT: Final = 900
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NEWLINES: Final = re.compile(r"\r\n?|\n")
_REPLY_PREFIX: Final = re.compile(
    # Reply and forward prefixes of the languages seen in the wild; a count as in `Re[2]:`; a wide colon too.
    r"\s*(?:re|aw|antw|sv|vs|tr|ref|réf|rép|rif|res|odp|ynt|rv|enc|fw|fwd|wg|doorst|i|vl|pd|ri|bls|atb|vá|"
    r"答复|回复|回覆|轉寄|转发|回信|返信)\s*(?:[\[(]\d{1,3}[\])]|\^\d{1,3})?\s*[:\uff1a]\s*",
    re.IGNORECASE,
)


class Unsendable(ValueError):
    """The values cannot become a mail. `reason` is a short technical name, `what` the part that is wrong."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.what = what


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to attach: its bytes are `data`, or lie at `path`."""

    filename: str
    content_type: str
    path: Path | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to be written. Ids come without angle brackets; `references` are the parents, oldest first."""

    from_: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    date: datetime
    text: str
    html: str
    """A fragment or a document; empty: the mail has a text part only."""
    files: tuple[OutgoingFile, ...] = ()
    reply_to: str = ""
    """The address that answers are to go to, in place of `from_`."""
    auto_submitted: str = ""
    """`auto-replied` or `auto-generated` (RFC 3834) where no person wrote it."""
    extra: tuple[tuple[str, str], ...] = ()
    """More headers, by name."""


def compose(mail: Outgoing) -> bytes:
    """The bytes of the mail, CRLF, no line above 998 bytes.

    There is no Bcc header: who gets it unseen stands on the envelope only.

    Ids of other mails that cannot be written are left out.

    Raises:
        Unsendable: an address or our own id cannot stand in a mail.
        OSError: a file cannot be read.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = (_header_address(mail.from_),)
    if mail.to:
        message["To"] = tuple(_header_address(a) for a in mail.to)
    if mail.cc:
        message["Cc"] = tuple(_header_address(a) for a in mail.cc)
    if mail.reply_to:
        message["Reply-To"] = (_header_address(replace(mail.from_, address=mail.reply_to)),)
    message["Subject"] = one_line(mail.subject)[:MAX_SUBJECT]
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{_message_id(mail.message_id)}>"
    # An id that cannot be written holds nothing up: the mail leaves without it (RFC 5322 3.6.4: SHOULD).
    if answered := reference_ids((mail.in_reply_to,)):
        message["In-Reply-To"] = f"<{answered[0]}>"
    if references := reference_ids(mail.references):
        message["References"] = " ".join(f"<{parent}>" for parent in references)
    if mail.auto_submitted:
        message["Auto-Submitted"] = one_line(mail.auto_submitted)
        message["X-Auto-Response-Suppress"] = "All"
    for name, value in mail.extra:
        message[name] = one_line(value)
    _set_body(message, mail)
    for file in mail.files:
        _attach(message, file)
    _name_boundaries(message, mail.message_id)
    return message.as_bytes()


def reply_subject(subject: str) -> str:
    """`Re: ` once, before the subject without whatever chain of reply prefixes it had.

    Forward prefixes that stand before it go as well: `Re: Fwd: x` is answered by `Re: x`.
    """
    words = one_line(subject)
    while match := _REPLY_PREFIX.match(words):
        words = words[match.end() :]
    return f"Re: {words}".rstrip() if words else "Re:"


def reference_ids(ids: Sequence[str], limit: int = MAX_REFERENCES) -> tuple[str, ...]:
    """The first id and as many of the newest as fit in `limit` characters (RFC 5322 3.6.4), without doubles."""
    usable = [one for one in dict.fromkeys(i.strip().strip("<>") for i in ids) if _is_id(one)]
    if not usable:
        return ()
    first, *others = usable
    kept: list[str] = []
    left = limit - len(first) - 2
    for newest in reversed(others):
        left -= len(newest) + 3
        if left < 0:
            break
        kept.append(newest)
    return (first, *reversed(kept))


def domain_to_ascii(address: str) -> str:
    """The address with its domain as A-labels (IDNA 2008): the standard library would write an encoded word there.

    Raises:
        Unsendable: it is no address, or its local part needs SMTPUTF8.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or _CONTROL.search(address) or any(c.isspace() for c in domain):
        raise Unsendable("address", address)
    if not local.isascii():
        raise Unsendable("smtputf8", address)
    if domain.isascii():
        return f"{local}@{domain}"
    try:
        return f"{local}@{idna.encode(domain, uts46=True, transitional=False).decode('ascii')}"
    except (idna.IDNAError, UnicodeError):
        if not can_be_written_to(address):
            raise Unsendable("domain", address) from None
        # One address among others, which a stranger may have put there, holds nothing up.
        return f"{local}@{plain_labels(domain)}"


def one_line(text: str) -> str:
    """Text that can stand in a header: no line break, no control character, no half of a surrogate pair."""
    return " ".join(_CONTROL.sub(" ", text).split())


def html_document(fragment: str) -> str:
    """A minimal document around a fragment."""
    if "<html" in fragment[:200].lower():
        return fragment
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n'
        f'<body style="font-family:sans-serif;font-size:15px;line-height:1.45">\n{fragment}\n</body></html>\n'
    )


def _header_address(address: Address) -> HeaderAddress:
    sendable = domain_to_ascii(address.address)
    local, _, domain = sendable.rpartition("@")
    if local.startswith('"') and local.endswith('"') and len(local) > 1:
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    try:
        return HeaderAddress(display_name=one_line(address.name), username=local, domain=domain)
    except (ValueError, IndexError):
        raise Unsendable("address", address.address) from None


def _is_id(id: str) -> bool:
    return bool(id) and id.isascii() and id.isprintable() and not re.search(r"[\s<>]", id) and len(id) <= 900


def _message_id(id: str) -> str:
    bare = id.strip().strip("<>")
    if not _is_id(bare):
        raise Unsendable("message_id", id)
    return bare


def _set_body(message: EmailMessage, mail: Outgoing) -> None:
    message.set_content(_body(mail.text), charset="utf-8", cte=_encoding(mail.text))
    if mail.html:
        document = html_document(_clean(mail.html))
        message.add_alternative(_body(document), subtype="html", charset="utf-8", cte=_encoding(document))


def _clean(text: str) -> str:
    # Half surrogates cannot be written as UTF-8; NUL is not allowed in a mail (RFC 5322 4).
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _body(text: str) -> str:
    return _NEWLINES.sub("\n", _clean(text)).rstrip("\n") + "\n"


def _encoding(text: str) -> str:
    """Quoted-printable where most is ASCII, so that the source can be read, else base64; never 8bit, for old relays."""
    foreign = sum(1 for c in text if not c.isascii())
    return "base64" if foreign * 4 > len(text) else "quoted-printable"


def _attach(message: EmailMessage, file: OutgoingFile) -> None:
    data = file.path.read_bytes() if file.path is not None else file.data
    maintype, _, subtype = one_line(file.content_type).lower().partition(";")[0].strip().partition("/")
    token = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}")
    if not token.fullmatch(maintype) or not token.fullmatch(subtype) or maintype in ("multipart", "message"):
        # A message/* part may not be encoded (RFC 2046 5.2.1): as plain bytes it arrives as it was.
        maintype, subtype = "application", "octet-stream"
    message.add_attachment(data, maintype=maintype, subtype=subtype, filename=_filename(file.filename))


def _filename(name: str) -> str:
    clean = unicodedata.normalize("NFC", one_line(name)).replace("/", "_").replace("\\", "_").strip(". ")
    return clean[:120] or "file"


def _name_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries made from the message id: the same mail written again is the same bytes."""
    for index, part in enumerate(_multiparts(message)):
        seed = f"{message_id}/{index}".encode()
        part.set_boundary("=_" + hashlib.sha256(seed).hexdigest()[:40])


def _multiparts(message: EmailMessage) -> Iterable[EmailMessage]:
    for part in message.walk():
        if part.is_multipart() and isinstance(part, EmailMessage):
            yield part
