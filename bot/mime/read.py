"""The entry of the reader: the bytes of a mail to a `Mail` and the bytes of its files."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from bot.domain.mail import Address, Attachment, Mail, Nature
from bot.domain.patterns import pattern
from bot.mime.addresses import read_addresses
from bot.mime.authentication import read_authentication
from bot.mime.auto import is_absence, is_automatic, is_bulk, is_marked_spam, is_newsletter
from bot.mime.body import Body, File, read_body
from bot.mime.certified import certified_mail, certified_receipt
from bot.mime.charset import decode
from bot.mime.dates import read_date
from bot.mime.fields import fields_of
from bot.mime.filenames import safe_name
from bot.mime.forwarded import read_passed_on
from bot.mime.header_block import Headers, normalised
from bot.mime.html_text import html_to_text
from bot.mime.identifiers import ids_in, read_ids, read_message_id
from bot.mime.parts import Part, read_message
from bot.mime.placeholder import is_placeholder
from bot.mime.reaction import read_reaction
from bot.mime.report import read_report
from bot.mime.words import decode_words, one_line

_CID: Final = pattern(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)
_ENVELOPE_SENDER: Final = pattern(rb"\s*([^\s<>@]+@[^\s<>]+)\s")


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail and the bytes of its attachments, in the order of `mail.attachments`."""

    mail: Mail
    files: tuple[bytes, ...]
    text_is_made: bool = False
    """The mail has no text part: `mail.text` was made from its HTML."""


def read_headers(raw_head: bytes) -> Mail:
    """The headers alone, for a mail whose body could not be read within its limits."""
    root = read_message(normalised(raw_head))
    return dataclasses.replace(_from_headers(root, charset=""), defects=(*root.defects, "headers_only"))


def read_mail(raw: bytes) -> ReadMail:
    """Read a mail, whatever its bytes are; `visible_text` and `chat_html` stay empty."""
    raw = normalised(raw)
    root = read_message(raw)
    body = read_body(root)
    mail = _from_headers(root, charset=body.charset)
    inner = certified_mail(root)
    if inner is not None and not mail.in_reply_to and not mail.references:
        # The envelope is no answer to us; the mail in it is.
        answers = _from_headers(inner, charset=body.charset)
        mail = dataclasses.replace(mail, in_reply_to=answers.in_reply_to, references=answers.references)
    text, text_is_made = body.text, body.text_is_made
    if (mail.in_reply_to or mail.references) and is_placeholder(text) and (words := html_to_text(body.html)).strip():
        # Of a mail that begins a conversation all parts are shown as they are.
        text, text_is_made = words, True
    attachments, files = _attachments(body)
    report = read_report(root, mail=mail, text=body.text)
    reaction = "" if report.is_bounce or report.is_feedback else read_reaction(root, mail=mail, text=body.text)
    mail = dataclasses.replace(
        mail,
        text=text,
        html=body.html,
        attachments=attachments,
        invitation=body.invitation,
        is_auto_reply=mail.is_auto_reply or report.receipt is not None,
        nature=report.receipt or (Nature.REACTION if reaction else mail.nature),
        reaction=reaction,
        is_bounce=report.is_bounce,
        is_feedback_report=report.is_feedback,
        bounce=report.bounce,
        passed_on=read_passed_on(root, body.text, body.charset),
        recognised_ids=ids_in(report.texts),
        defects=tuple(dict.fromkeys((*root.defects, *body.defects))),
    )
    return ReadMail(mail=mail, files=files, text_is_made=text_is_made)


def _from_headers(root: Part, *, charset: str) -> Mail:
    headers = root.headers

    def people(name: str) -> tuple[Address, ...]:
        values = headers.all(name)
        if not values:
            return ()
        return read_addresses(b", ".join(values) if name in ("to", "cc") else values[0], fallback=charset)

    subject = one_line(decode_words(headers.get("subject"), fallback=charset))
    sender, reply_to = _sender(root, charset), people("reply-to")
    is_list = is_bulk(headers)
    return Mail(
        message_id=read_message_id(headers.get("message-id")),
        in_reply_to=read_ids(headers.all("in-reply-to")),
        references=read_ids(headers.all("references")),
        from_=sender,
        original_from=(people("x-original-from") or people("x-original-sender")) if is_list else (),
        reply_to=reply_to,
        to=people("to"),
        cc=people("cc"),
        subject=subject,
        date=read_date((*headers.all("date"), *headers.all("resent-date"), *headers.all("received")[:3])),
        is_auto_reply=is_automatic(headers, subject),
        nature=_nature(headers, subject, sender, reply_to),
        is_bulk=is_list,
        is_marked_spam=is_marked_spam(headers, subject),
        authentication=read_authentication(headers),
        fields=fields_of(headers, charset=charset),
    )


def _nature(headers: Headers, subject: str, sender: tuple[Address, ...], reply_to: tuple[Address, ...]) -> Nature:
    """The nature of a mail as its headers tell it; most receipts and reactions are known by their parts."""
    if receipt := certified_receipt(headers):
        return receipt
    if is_absence(headers, subject):
        return Nature.ABSENCE
    writer, answers = (one[0].address if one else "" for one in (sender, reply_to))
    return Nature.NEWSLETTER if is_newsletter(headers, sender=writer, reply_to=answers) else Nature.MESSAGE


def _sender(root: Part, charset: str) -> tuple[Address, ...]:
    """From, or the next best header that names who sent it."""
    found: tuple[Address, ...] = ()
    for name in ("from", "sender", "reply-to", "resent-from", "x-sender", "return-path", "x-envelope-from"):
        for raw in root.headers.all(name)[:5]:
            people = read_addresses(raw, fallback=charset)
            if any(one.address for one in people):
                # A From without an address still says the name.
                if found and not people[0].name:
                    return (dataclasses.replace(people[0], name=found[0].name), *people[1:])
                return people
            found = found or people
    if match := _ENVELOPE_SENDER.match(root.envelope_line):
        return (Address(name=found[0].name if found else "", address=decode(match[1])),)
    return found


def _attachments(body: Body) -> tuple[tuple[Attachment, ...], tuple[bytes, ...]]:
    shown = {unquote(cid).lower() for cid in _CID.findall(body.html)} if body.html else set()
    attachments: list[Attachment] = []
    files: list[bytes] = []
    for number, file in enumerate(body.files, start=1):
        content_id, is_shown = _place(file, shown, body.html)
        attachments.append(
            Attachment(
                filename=safe_name(file.name, content_type=file.content_type, number=number),
                content_type=file.content_type,
                size=len(file.data),
                inline=is_shown,
                content_id=content_id,
                sha256=hashlib.sha256(file.data).hexdigest(),
            )
        )
        files.append(file.data)
    return tuple(attachments), tuple(files)


def _place(file: File, shown: set[str], html: str) -> tuple[str, bool]:
    """The id by which the HTML names this file, and whether it does."""
    if file.is_in_html:
        return "", True
    if file.content_id.lower() in shown and file.content_id:
        return file.content_id, True
    if file.location and not file.content_id and file.content_type.startswith("image/") and file.location in html:
        return file.location, True
    return file.content_id, False
