"""Small mails of our own, each with one thing that clients, servers or people do to mail."""

from __future__ import annotations

from typing import Final

CASES: Final[dict[str, bytes]] = {
    "plain": b"From: Ann <ann@example.org>\nTo: help@example.com\nSubject: Hello\nMessage-ID: <1@example.org>\n"
    b"\nHi there\n",
    "alternative": (
        b"From: ann@example.org\nSubject: Both\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/alternative; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain; charset=utf-8\n\nwords\n--b\nContent-Type: text/html; charset=utf-8\n"
        b"\n<p>words</p>\n--b--\n"
    ),
    "latin header": "From: Jos\u00e9 <jose@example.org>\nSubject: caf\u00e9\n\nx\n".encode("latin-1"),
    "japanese": b"From: a@example.org\nSubject: =?ISO-2022-JP?B?GyRCLSEbKEI=?=\n"
    b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$3$s\x1b(B\n",
    "attachment": (
        b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee file\n--b\n"
        b"Content-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''%e2%82%ac; filename*1=\"uro.pdf\"\n"
        b"Content-Transfer-Encoding: base64\n\n"
        b"JVBERg==\n--b--\n"
    ),
    "inline image": (
        b"From: a@example.org\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b'<p>look <img src="cid:i@x"></p>\n--b\nContent-Type: image/png\nContent-ID: <i@x>\n'
        b"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n"
    ),
    "report": (
        b"From: MAILER-DAEMON@mx.example.net\nTo: help@example.com\nSubject: Undelivered Mail Returned to Sender\n"
        b"Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n<bob@example.org>: host mx.example.org said: 550 5.1.1 no such user\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        b"Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
        b"--b\nContent-Type: message/rfc822\n\nFrom: help@example.com\nTo: bob@example.org\n"
        b"Message-ID: <r.142.77.0123456789abcdef@example.com>\n"
        b"Subject: Re: your order\n\nhello\n--b--\n"
    ),
    "delay": (
        b"From: MAILER-DAEMON@mx.example.net\nSubject: Delayed Mail (still being retried)\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n"
        b"Your message is delayed.\n"
        b"--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; bob@example.org\n"
        b"Action: delayed\nStatus: 4.4.1\n--b--\n"
    ),
    "complaint": (
        b"From: fbl@provider.example\nSubject: complaint\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nspam\n"
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: bob@example.org\n"
        b"--b\nContent-Type: message/rfc822\n\nMessage-ID: <m.1.2.3@example.com>\nTo: bob@example.org\n\nx\n--b--\n"
    ),
    "qmail": (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@example.net\nTo: help@example.com\nSubject: failure notice\n\n"
        b"Hi. This is the qmail-send program.\n\n<bob@example.org>:\n192.0.2.1 does not like recipient.\n"
        b"Remote host said: 550 mailbox is full\n\n--- Below this line is a copy of the message.\n\n"
        b"Return-Path: <help@example.com>\nReceived: from x\nMessage-ID: <r.7.8.9@example.com>\n"
        b"From: help@example.com\nTo: bob@example.org\nSubject: hi\n\nhello\n"
    ),
    "vacation": b"From: bob@example.org\nSubject: Abwesenheitsnotiz: bin weg\nAuto-Submitted: auto-replied\n"
    b"In-Reply-To: <a@example.com>\n\nIch bin weg.\n",
    "receipt": (
        b"From: bob@example.org\nSubject: Read: hello\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        b"--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\n"
        b"Final-Recipient: rfc822; bob@example.org\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    ),
    "calendar": (
        b"From: a@example.org\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\nInvitation\n"
        b"--b\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
        b"BEGIN:VEVENT\n"
        b"DTSTART;TZID=Europe/Paris:20260301T100000\nDTEND;TZID=Europe/Paris:20260301T110000\n"
        b"SUMMARY:Meeting\\, short\nLOCATION:Room 1\n"
        b"END:VEVENT\nEND:VCALENDAR\n--b--\n"
    ),
    "flowed": b"From: a@example.org\nContent-Type: text/plain; format=flowed; delsp=yes\n\none \ntwo\n"
    b"> quoted \n> line\n-- \nAnn\n",
    "uuencode": b"From: a@example.org\n\nbefore\nbegin 644 hi.txt\n#:&D*\n`\nend\nafter\n",
    "lone cr": b"From: a@example.org\rSubject: old Mac\r\rline one\rline two\r",
    "mbox": b"From ann@example.org Mon Jan  1 00:00:00 2024\nSubject: from an archive\n\nbody\n",
    "broken header": b"From: a@example.org\nSubject: first\nthis line lost its blank\nTo: b@example.org\n\nbody\n",
    "missing separator": b"From: a@example.org\nSubject: first\nHello, the blank line is missing.\n\nMore.\n",
    "no boundary": b"From: a@example.org\nContent-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\n"
    b"inside\n--x--\n",
    "utf-7": b"From: a@example.org\nContent-Type: text/plain; charset=utf-7\n\n+2AA-+AAA-x\n",
    "empty": b"",
    "nothing but a body": b"\n\n\njust words\n",
    "nul in the envelope": b"From a\0nn@example.org Mon Jan  1 00:00:00 2024\n\nbody\n",
    "references to controls": b"From: a@example.org\nContent-Type: text/html\n\n<p>a&#0;b&#1;c&#xD800;d</p>\n",
    "nul": b"From: a\0b@example.org\nSubject: nu\0l\n\nte\0xt\n",
}
