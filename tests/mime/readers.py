"""Every reader of foreign text, as one function of text, and what is repeated to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.adapters.matrix.messages import people, without_fallback, without_quoted_html
from bot.domain.mail import Mail
from bot.domain.subjects import bare_subject, is_passed_on
from bot.html_tree import parse_html
from bot.mime.addresses import read_addresses
from bot.mime.authentication import read_authentication
from bot.mime.auto import is_automatic, is_bulk, is_marked_spam
from bot.mime.bounce_text import cause_of_expiry, diagnostic_in, recipient_in, reply_class_in, said_status_in, status_in
from bot.mime.bounce_words import begins_as_notice, has_bounce_words, has_delay_words
from bot.mime.calendar import read_invitation
from bot.mime.calendar_zones import Observance, moment
from bot.mime.charset import clean, decode
from bot.mime.dates import read_date
from bot.mime.delivery_status import address_of, read_delivery_status
from bot.mime.embedded import cut_embedded
from bot.mime.enriched import enriched_text
from bot.mime.filenames import safe_name
from bot.mime.flowed import unflow
from bot.mime.header_block import read_block
from bot.mime.html_text import html_to_text
from bot.mime.identifiers import ids_in, read_ids, read_message_id
from bot.mime.notification import read_notification
from bot.mime.original import message_id_in, split_notice
from bot.mime.parameters import read_value
from bot.mime.parts import read_message
from bot.mime.reaction import read_reaction
from bot.mime.report import read_report
from bot.mime.signed import signed_content
from bot.mime.tnef import rtf_text
from bot.mime.transfer import undo
from bot.mime.visible import split_visible
from bot.mime.words import decode_words, one_line
from bot.reader.whole import headers_only, read_bytes
from bot.text.chat_html import to_chat_html

Read = Callable[[str], object]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _headers(text: str, *names: str) -> bytes:
    value = text.replace("\n", " ").replace("\r", " ")
    return b"".join(_bytes(f"{name}: {value}\n") for name in names)


def _authentication(text: str) -> object:
    block = _headers(text, "Authentication-Results")
    return read_authentication(read_block(block, 0, len(block), is_message=True).headers)


def _automatic(text: str) -> object:
    block = _headers(text, "Auto-Submitted", "Precedence", "X-Spam-Flag", "X-Spam-Level", "X-Autoreply")
    headers = read_block(block, 0, len(block), is_message=True).headers
    return is_automatic(headers, text), is_bulk(headers), is_marked_spam(headers, text)


def _block(text: str) -> object:
    raw = _bytes(text)
    return read_block(raw, 0, len(raw), is_message=True)


def _notification(text: str) -> object:
    block = b"X-Amz-Sns-Message-Id: 1\n"
    return read_notification(read_block(block, 0, len(block), is_message=True).headers, "", text)


def _report(head: str, text: str) -> object:
    raw = _bytes(f"From: Ann <a@x.example>\nIn-Reply-To: <b@x.example>\n{head}\n\n{text}")
    root, mail = read_message(raw), headers_only(raw[:1000])
    return read_report(root, mail=mail, text=text), read_reaction(root, mail=mail, text=text[:3000])


def _bounce(text: str) -> Mail:
    head = b"From: MAILER-DAEMON@example.org\nSubject: Undelivered mail\nReturn-Path: <>\n\n"
    return read_bytes(head + _bytes(text)).mail


def _visible(text: str, html: str) -> object:
    return split_visible(text=text, html=html, is_reply=True, is_forward=False)


HEADERS: Final[dict[str, Read]] = {
    "addresses": lambda text: read_addresses(_bytes(text)),
    "ids": lambda text: read_ids([_bytes(text)]),
    "message id": lambda text: read_message_id(_bytes(text)),
    "words": lambda text: one_line(decode_words(_bytes(text))),
    "parameters": lambda text: read_value(_bytes(text)),
    "date": lambda text: read_date([_bytes(text)]),
    "authentication": _authentication,
    "automatic": _automatic,
    "file name": lambda text: safe_name(text, content_type="text/plain", number=1),
    "header block": _block,
    "subject": lambda text: (bare_subject(text), is_passed_on(text)),
    "all headers": lambda text: headers_only(
        _headers(
            text,
            "From",
            "To",
            "Cc",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "References",
            "In-Reply-To",
            "Content-Type",
            "Content-Disposition",
            "Received",
            "Authentication-Results",
        )
    ),
}
BODIES: Final[dict[str, Read]] = {
    "parts": lambda text: read_message(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + _bytes(text)),
    "charset": lambda text: (clean(text), decode(_bytes(text))),
    "base64": lambda text: undo(_bytes(text), start=0, end=len(_bytes(text)), encoding="base64"),
    "quoted-printable": lambda text: undo(_bytes(text), start=0, end=len(_bytes(text)), encoding="qp"),
    "embedded files": lambda text: cut_embedded(_bytes(text)),
    "enriched": enriched_text,
    "flowed": lambda text: unflow(text, delete_space=False),
    "rtf": rtf_text,
    "calendar": lambda text: read_invitation("BEGIN:VEVENT\n" + text),
    "calendar zones": lambda text: moment("20260701T100000", text, (Observance(text, text, text),)),
    "signature": lambda text: signed_content(text.encode("latin-1", "replace")),
    "notification": lambda text: _notification('{"Message":' + text),
    "reaction": lambda text: _report("Content-Type: text/vnd.google.email-reaction+json", text),
    "report": lambda text: _report("Subject: Undelivered", text),
    "complaint": lambda text: _report('Content-Type: multipart/mixed; boundary="b"', "--b\n\nFeedback-Type: " + text),
    "HTML to text": html_to_text,
    "HTML tree": parse_html,
    "quotes in text": lambda text: _visible(text, ""),
    "quotes in HTML": lambda text: _visible("", text),
    "chat HTML of text": lambda text: to_chat_html(
        text=text, html="", visible=text, rest="", visible_html="", rest_html="", inline_images={}
    ),
    "chat HTML of HTML": lambda text: to_chat_html(
        text="", html=text, visible="", rest="", visible_html=text, rest_html="", inline_images={}
    ),
    "delivery status": lambda text: (read_delivery_status(text), address_of(text)),
    "bounce words": lambda text: (
        has_bounce_words(text),
        begins_as_notice(text),
        has_delay_words(text),
        status_in(text),
        reply_class_in(text),
        cause_of_expiry(text),
        said_status_in(text),
        diagnostic_in(text, "a@b.example"),
    ),
    "bounce recipient": lambda text: recipient_in(text, known=(), not_these=(), unlikely=()),
    "bounce original": lambda text: (split_notice(text), message_id_in([text], own=""), ids_in([text])),
    "whole bounce": _bounce,
}
ROOMS: Final[dict[str, Read]] = {
    "pills": lambda text: people({}, text),
    "fallbacks": lambda text: (without_fallback(text), without_quoted_html(text)),
}
_WORDS: Final = """
    : . , ; @ < > ( ) " ' \\ = ? _ - * / # & [ ] { } ! a 0 é ① <a =?a?q?x =?utf-8?b? =?a?q?x\\n ;a=" ;a*0*=%41 "\\
    a@ @a a@a <a@ <a@a a,a <, (\\ a: mailto: Re: Fwd: message-id: message-id= Message-ID:<  dkim= ;spf= 1. 1-1-1
    <p <style <script <!-- <br> <div> </div> <a\\thref= &lt; &#65; <?xml <img <td> <blockquote> <table>
    =ybegin\\tname= name= begin\\t644\\ta\\n =2 == QQ== \\'41 \\u65 {\\rtf --b\\n --b-- X:y\\n To:a\\n From:a\\n >\\n >> > --\\n __\\n
    <@a:b> <mx-reply> BEGIN:VEVENT\\n ;TZID= wrote: On\\t1\\t 5.1.1 550\\t user\\tunknown\\t Final-Recipient:\\n
    """
UNITS: Final = (*_WORDS.split(), " ", "\n", "\r", "\t", "\r\n", "\n ", " \n", "a ", "a\n", "\n\n", " :", "message-id: \n", "> a\n", "\x1b$B", "\u00a0", "\u200b", "0\x80", "$\x80", "\x04\x01", '{"a":', "a reacted to your ", "rcpt to: ")  # fmt: skip
STARTS: Final = ("", "<", '"', "message-id:", "=?utf-8?q?")
