"""Whole mails: what becomes text, what becomes a file, and what a bounce says."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mail import BounceReason, Mail
from bot.mime.read import read_headers, read_mail
from bot.reader.whole import read_bytes
from tests.mime.cases import CASES
from tests.mime.validity import faults_of


def read(name: str) -> Mail:
    return read_mail(CASES[name]).mail


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_valid_and_the_same_with_any_line_ends(name: str) -> None:
    raw = CASES[name]
    done = read_bytes(raw)
    assert faults_of(done) == []
    if b"\r" not in raw:
        assert read_bytes(raw.replace(b"\n", b"\r\n")) == done
        assert read_bytes(raw.replace(b"\n", b"\r")) == done


def test_a_plain_mail_is_read() -> None:
    mail = read("plain")
    assert (mail.from_[0].name, mail.from_[0].address) == ("Ann", "ann@example.org")
    assert (mail.subject, mail.message_id, mail.text) == ("Hello", "1@example.org", "Hi there\n")


def test_raw_latin_1_in_headers_is_read() -> None:
    mail = read("latin header")
    assert mail.from_[0].name == "José"
    assert mail.subject == "café"


def test_japanese_with_a_vendors_character_is_read() -> None:
    mail = read("japanese")
    assert mail.subject == "①"
    assert mail.text.strip() == "こん"


def test_an_attachment_keeps_its_name_and_bytes() -> None:
    done = read_mail(CASES["attachment"])
    assert [one.filename for one in done.mail.attachments] == ["€uro.pdf"]
    assert done.files == (b"%PDF",)
    assert done.mail.text.strip() == "see file"


def test_an_image_that_the_html_shows_is_inline() -> None:
    mail = read("inline image")
    assert [(one.content_id, one.inline) for one in mail.attachments] == [("i@x", True)]
    assert "look" in mail.text


def test_an_image_inside_the_html_is_a_file_that_is_shown_in_place() -> None:
    raw = b'From: a@example.org\nContent-Type: text/html\n\n<p>x <img src="data:image/png;base64,iVBORw0KGgo="></p>\n'
    done = read_bytes(raw)
    assert [(one.filename, one.inline) for one in done.mail.attachments] == [("attachment-1.png", True)]
    assert f"mxc://inline/{done.mail.attachments[0].sha256}" in done.mail.chat_html


def test_an_invitation_beside_words_is_a_fact_and_a_file() -> None:
    mail = read("calendar")
    assert mail.invitation is not None
    assert mail.invitation.line == "📅 Meeting, short · 2026-03-01 10:00-11:00 Europe/Paris · Room 1"
    assert mail.text == "Invitation"
    assert [one.filename for one in mail.attachments] == ["invite.ics"]


def test_flowed_lines_are_joined() -> None:
    assert read("flowed").text.splitlines() == ["onetwo", "> quotedline", "-- ", "Ann"]


def test_uuencode_is_cut_out_of_the_text() -> None:
    done = read_mail(CASES["uuencode"])
    assert done.files == (b"hi\n",) or done.files[0].startswith(b"hi")
    assert done.mail.attachments[0].filename == "hi.txt"
    assert done.mail.text.split() == ["before", "after"]


def test_a_mail_from_an_archive_has_its_headers() -> None:
    mail = read("mbox")
    assert mail.subject == "from an archive"
    assert mail.from_[0].address == "ann@example.org"


def test_a_multipart_without_a_boundary_is_opened() -> None:
    assert read("no boundary").text.strip() == "inside"


def test_a_body_longer_than_the_limit_is_also_a_file() -> None:
    body = b"all of it\n" * 500_000
    done = read_mail(b"From: a@example.org\n\n" + body)
    assert "text_cut" in done.mail.defects
    assert done.files == (body,)


def test_encrypted_mail_says_so_and_keeps_its_files() -> None:
    raw = (
        b'From: a@example.org\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\n\n'
        b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
        b"Content-Type: application/octet-stream; name=e.asc\n\nsecret\n--b--\n"
    )
    mail = read_mail(raw).mail
    assert "encrypted_pgp" in mail.defects
    assert [one.filename for one in mail.attachments] == ["attachment-1.asc", "e.asc"]
    smime = read_mail(b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx").mail
    assert "encrypted_smime" in smime.defects


def test_a_forwarded_message_is_a_file_named_by_its_subject() -> None:
    raw = (
        b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n"
        b"--b\nContent-Type: message/rfc822\n\nSubject: Old: news\nFrom: c@example.org\n\nold words\n--b--\n"
    )
    mail = read_mail(raw).mail
    assert mail.text.strip() == "see below"
    assert [one.filename for one in mail.attachments] == ["Old: news.eml"]


def test_a_mail_that_is_only_a_forwarded_message_shows_its_words() -> None:
    mail = read_mail(b"From: a@example.org\nContent-Type: message/rfc822\n\nSubject: x\n\nold words\n").mail
    assert mail.text.strip() == "old words"


def test_a_winmail_dat_is_unpacked() -> None:
    def attribute(level: int, name: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, name, len(data)) + data + b"\0\0"

    body = struct.pack("<I", 1) + struct.pack("<HHII", 0x1E, 0x1000, 1, 6) + b"hello\0\0\0"
    tnef = (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(1, 0x69003, body)
        + attribute(2, 0x69002, b"\0" * 14)
        + attribute(2, 0x18010, b"plan.txt\0")
        + attribute(2, 0x6800F, b"the plan")
    )
    raw = (
        b"From: a@example.org\nContent-Type: application/ms-tnef; name=winmail.dat\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(tnef)
    )
    done = read_mail(raw)
    assert done.mail.text == "hello"
    assert [one.filename for one in done.mail.attachments] == ["plan.txt"]
    assert done.files == (b"the plan",)


def test_base64_that_is_broken_gives_what_can_be_had() -> None:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    assert read_mail(head + b"aGVsbG8").mail.text == "hello"
    assert read_mail(head + b"aGVs\nbG8=\nd29ybGQgYWdhaW4gYW5k\n").mail.text.startswith("hello")
    assert read_mail(head + b"This is not base64 at all, my friend.\n").mail.text.startswith("This is not")


def test_a_report_names_recipient_status_reason_and_the_mail() -> None:
    mail = read("report")
    assert mail.is_bounce
    assert mail.bounce is not None
    assert mail.bounce.recipient == "bob@example.org"
    assert (mail.bounce.status, mail.bounce.status_class, mail.bounce.permanent) == ("5.1.1", "5", True)
    assert mail.bounce.reason is BounceReason.USER_UNKNOWN
    assert mail.bounce.original_message_id == "r.142.77.0123456789abcdef@example.com"
    assert "r.142.77.0123456789abcdef@example.com" in mail.recognised_ids


def test_a_delay_is_a_warning() -> None:
    mail = read("delay")
    assert mail.bounce is not None
    assert mail.bounce.reason is BounceReason.DELAYED
    assert not mail.bounce.permanent


def test_a_complaint_is_no_bounce() -> None:
    mail = read("complaint")
    assert mail.is_feedback_report
    assert not mail.is_bounce
    assert mail.bounce is not None
    assert mail.bounce.recipient == "bob@example.org"
    assert mail.bounce.original_message_id == "m.1.2.3@example.com"


def test_a_wild_bounce_is_read_by_its_words() -> None:
    mail = read("qmail")
    assert mail.bounce is not None
    assert mail.bounce.recipient == "bob@example.org"
    assert mail.bounce.reason is BounceReason.MAILBOX_FULL
    assert mail.bounce.original_message_id == "r.7.8.9@example.com"


def test_an_id_of_ours_is_recognised_inside_an_encoded_part() -> None:
    inner = base64.encodebytes(b"Message-ID: <r.1.2.abcdef@example.com>\n\nhello")
    raw = (
        b"From: postmaster@example.net\nReturn-Path: <>\nSubject: Undeliverable: hi\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nYour message could not be delivered to bob@example.org\n"
        b"--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" + inner + b"--b--\n"
    )
    mail = read_mail(raw).mail
    assert mail.is_bounce
    assert "r.1.2.abcdef@example.com" in mail.recognised_ids


def test_vacations_and_receipts_are_automatic_and_no_bounces() -> None:
    for name in ("vacation", "receipt"):
        mail = read(name)
        assert mail.is_auto_reply, name
        assert not mail.is_bounce, name


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery problem with my order", "My parcel was not delivered. Write to me at ann@example.org, please."),
        ("Undelivered parcel", "It failed twice. Error 550 on your site? Contact ann@home.example"),
        ("Mail delivery failed", "Hello, I get this error: 550 5.1.1 user unknown for bob@example.org. Can you help?"),
        ("Out of stock", "Automatic reply wanted"),
    ],
)
def test_people_who_write_about_lost_mail_are_no_machines(subject: str, body: str) -> None:
    mail = read_mail(f"From: ann@example.org\nSubject: {subject}\n\n{body}\n".encode()).mail
    assert not mail.is_bounce
    assert not mail.is_auto_reply


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=9",
        "X-VR-SPAMSTATE: SPAM",
        "X-MS-Exchange-Organization-SCL: 6",
        "X-Rspamd-Action: add header",
    ],
)
def test_marks_of_filters_are_seen(header: str) -> None:
    assert read_mail(f"From: a@example.org\n{header}\n\nx".encode()).mail.is_marked_spam


def test_a_clean_mark_is_no_spam() -> None:
    assert not read_mail(b"From: a@example.org\nX-Spam-Status: No, score=-1\nX-Spam-Flag: NO\n\nx").mail.is_marked_spam


def test_headers_alone_can_be_read_of_what_is_too_much() -> None:
    mail = read_headers(CASES["plain"][:80])
    assert mail.subject == "Hello"
    assert mail.text == ""
    assert "headers_only" in mail.defects


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert faults_of(read_bytes(raw)) == []


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(CASES)), st.integers(0, 2000), st.binary(max_size=40))
def test_any_damage_leaves_a_mail(name: str, at: int, piece: bytes) -> None:
    raw = CASES[name]
    assert faults_of(read_bytes(raw[:at] + piece + raw[at:])) == []
