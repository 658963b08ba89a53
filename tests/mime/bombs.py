"""Mails that are made to hurt: each small to send and costly to read carelessly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_HEAD: Final = b"From: a@example.org\nTo: b@example.org\nSubject: bomb\nMIME-Version: 1.0\n"


def _nested_multiparts(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    closed = b"".join(b"\n--b%d--\n" % n for n in reversed(range(depth)))
    return _HEAD + opened + b"Content-Type: text/plain\n\ninside\n" + closed


def _nested_messages(depth: int) -> bytes:
    return _HEAD + b"Content-Type: message/rfc822\n\nSubject: inner\n" * depth + b"\ninside\n"


def _parts(count: int) -> bytes:
    return _HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * count + b"--b--\n"


def _one_boundary_many_levels(count: int) -> bytes:
    opened = b'--b\nContent-Type: multipart/mixed; boundary="b"\n\n' * count
    return _HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + opened


def _text(body: bytes, kind: bytes = b"text/plain") -> bytes:
    return _HEAD + b"Content-Type: " + kind + b"; charset=utf-8\n\n" + body


def _html(body: bytes) -> bytes:
    return _text(body, b"text/html")


def _base64(body: bytes) -> bytes:
    return _HEAD + b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + body


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "1,000 multiparts in one another": lambda: _nested_multiparts(1000),
    "20,000 multiparts in one another": lambda: _nested_multiparts(20_000),
    "5,000 messages in one another": lambda: _nested_messages(5000),
    "100,000 parts": lambda: _parts(100_000),
    "100,000 parts that share a boundary over levels": lambda: _one_boundary_many_levels(100_000),
    "100,000 header fields": lambda: b"X-Field: value\n" * 100_000 + _HEAD + b"\nbody\n",
    "one header field of 20 MB": lambda: b"X-Field: " + b"a" * (20 << 20) + b"\n" + _HEAD + b"\nbody\n",
    "20 MB of headers without an end": lambda: b"X: y\n" * (4 << 20),
    "8,000 references": lambda: (
        b"References: " + b" ".join(b"<%d.%d@example.org>" % (n, n) for n in range(8000)) + b"\n" + _HEAD + b"\nx\n"
    ),
    "62,000 colons in To": lambda: b"To: " + b":" * 62_000 + b"\n\nx\n",
    "62,000 dots in References": lambda: b"References: " + b"." * 62_000 + b"\n\nx\n",
    "500,000 openings of an encoded word without an end": lambda: b"Subject: " + b"=?a?q?x" * 70_000 + b"\n\nx\n",
    "60,000 quotes around a name": lambda: b'From: "' + b"'" * 60_000 + b'" <a@example.org>\n\nx\n',
    "500,000 carriage returns": lambda: _text(b"\n" + b"\r" * 500_000 + b"x"),
    "a million blanks behind message-id in a bounce": lambda: (
        b"From: MAILER-DAEMON@example.org\nSubject: failure notice\n\nmessage-id:" + b" " * (1 << 20) + b"\n"
    ),
    "1 MB of tags that never end": lambda: _html(b"<p " * (1 << 18)),
    "1 MB of yEnc names": lambda: _text(b"=ybegin " + b"name=" * (1 << 18)),
    "1,000,000 open brackets in From": lambda: b"From: " + b"(" * 1_000_000 + b"\n\nx\n",
    "100,000 open angles in From": lambda: b"From: " + b"<" * 100_000 + b"\n\nx\n",
    "100,000 quotes in From": lambda: b"From: " + b'"\\' * 100_000 + b"\n\nx\n",
    "100,000 commas in To": lambda: b"To: " + b"a, " * 100_000 + b"<x@example.org>\n\nx\n",
    "100,000 addresses": lambda: b"To: " + b"a@example.org, " * 100_000 + b"\n\nx\n",
    "200 kB of parameters": lambda: b"Content-Type: text/plain" + b"; a=b" * 40_000 + b"\n\nx\n",
    "20,000 parameter sections": lambda: (
        b"Content-Type: text/plain" + b"".join(b"; name*%d*=%%41" % n for n in range(20_000)) + b"\n\nx\n"
    ),
    "200 kB of blanks in a parameter": lambda: b"Content-Type: text/plain;" + b" " * 200_000 + b"x\n\nx\n",
    "100,000 encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx\n",
    "100,000 openings of an encoded word": lambda: b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\nx\n",
    "10 MB base64 of nothing": lambda: _base64(b"\n" * (10 << 20)),
    "10 MB of padding": lambda: _base64(b"=" * (10 << 20)),
    "5 MB of base64 blocks with padding": lambda: _base64(b"QQ==\n" * (1 << 20)),
    "20,000 levels of div": lambda: _html(b"<div>" * 20_000 + b"x"),
    "5,000 levels of table": lambda: _html(b"<table><tr><td>" * 5000 + b"x"),
    "100,000 levels of blockquote": lambda: _html(b"<blockquote>" * 100_000 + b"x"),
    "1 MB of open brackets in HTML": lambda: _html(b"<" * (1 << 20)),
    "1 MB of open comments": lambda: _html(b"<!--" * (1 << 18)),
    "1 MB of attributes": lambda: _html(b"<p " + b"a=b " * (1 << 18) + b">x</p>"),
    "1 MB of entities": lambda: _html(b"&#65;" * (1 << 18)),
    "10 MB in one line": lambda: _text(b"a" * (10 << 20)),
    "1 MB of quote signs": lambda: _text(b">" * (1 << 20)),
    "500,000 empty lines": lambda: _text(b"\n" * 500_000),
    "200,000 quoted lines": lambda: _text(b"> a\n" * 200_000),
    "1 MB of blanks": lambda: _text(b" " * (1 << 20) + b"x"),
    "100,000 uuencode beginnings": lambda: _text(b"begin 644 a.txt\n" * 100_000),
    "2 MB of format=flowed in one paragraph": lambda: _text(b"word \n" * 350_000, b"text/plain; format=flowed"),
    "1 MB of shifts in ISO-2022-JP": lambda: (
        _HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B$\x1b(B" * (1 << 17)
    ),
    "1 MB of random bytes": lambda: _HEAD + b"\n" + bytes((n * 7919 + n // 251) % 256 for n in range(1 << 20)),
    "2 MB of addresses in a bounce": lambda: (
        b"From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n" + b"a@example.org failed\n" * 100_000
    ),
    "1 MB of one local part in a bounce": lambda: (
        b"From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n" + b"a." * (1 << 19) + b"@"
    ),
    "100,000 recipients in a report": lambda: (
        b"From: MAILER-DAEMON@example.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a@b.example\n"
        b"Action: failed\n\n" * 50_000 + b"--b--\n"
    ),
    "1 MB of mailbox words in a diagnostic": lambda: (
        b"From: MAILER-DAEMON@example.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\n"
        b"Diagnostic-Code: smtp; " + b"mailbox " * (1 << 17) + b"\n--b--\n"
    ),
    "a calendar of 1 MB": lambda: _text(b"BEGIN:VEVENT\n" + b"X:y\n" * (1 << 18), b"text/calendar"),
    "a winmail.dat of 12-byte attributes": lambda: (
        _HEAD + b"Content-Type: application/ms-tnef\n"
        b"Content-Transfer-Encoding: binary\n\n"
        + b"\x78\x9f\x3e\x22\x01\x00"
        + b"\x01\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 500_000
    ),
}
