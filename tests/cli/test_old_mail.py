"""A mail that is put together again from its parts is read as these parts, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.cli.old_mail import OldFile, OldParts, written
from bot.domain.mail import Address
from bot.reader.whole import read_bytes

AT = datetime(2024, 3, 5, 10, 0, tzinfo=UTC)
MARIE, OURS = Address("Marie", "marie@example.org"), Address("", "contact@asso.example")
_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60) | st.sampled_from(
    [
        "x\r\nBcc: evil@example.com",
        "a\n\nbody",
        "=?utf-8?q?x?=",
        '"; filename="../../x',
        "é" * 300,
        "--=_parts",
        "\r\n.\r\n",
    ]
)


def parts(**changes: object) -> OldParts:
    plain = OldParts(MARIE, (OURS,), (), "Question", AT, "q@example.org", (), "<p>Bonjour</p>")
    return OldParts(**{**{name: getattr(plain, name) for name in plain.__slots__}, **changes})


@given(_WORDS, _WORDS, _WORDS, st.binary(max_size=200))
def test_no_part_breaks_out_of_its_field(subject: str, name: str, html: str, raw: bytes) -> None:
    file = OldFile(name, "text/plain", raw, inline=False)
    done = read_bytes(written(parts(subject=subject, from_=Address(name, MARIE.address), html=html, files=(file,))))
    mail = done.mail
    assert [one.address for one in mail.from_] == [MARIE.address] and mail.to == (OURS,) and mail.cc == ()
    assert mail.message_id == "q@example.org" and mail.date == AT
    assert "".join(subject.split()).startswith("".join(mail.subject.split())[:20])
    # A text without a letter and without a name is no file that anybody sent.
    assert raw in done.files or not raw.strip()


def test_what_the_original_said_of_its_way_stays_and_of_its_form_goes() -> None:
    head = (
        "Received: by mx.example\r\n for contact\r\nAuthentication-Results: mx.asso.example; dmarc=pass\r\nBcc: a@b.example\r\n"
        "References: <a@x.example>\r\n <b@x.example>\r\nSubject: other\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n"
        "Message-ID: <other@x.example>\r\nAuto-Submitted: auto-replied\r\n\r\nnot a header\r\n"
    )
    raw = written(parts(head=head, references=("never@x.example",)))
    mail = read_bytes(raw).mail
    assert mail.references == ("a@x.example", "b@x.example") and mail.is_auto_reply
    assert (mail.subject, mail.message_id, mail.text.strip()) == ("Question", "q@example.org", "Bonjour")
    assert mail.authentication[0].dmarc == "pass" and b"Bcc" not in raw and b"not a header" not in raw


@given(st.text(max_size=300))
def test_any_kept_header_leaves_the_parts_as_they_are(head: str) -> None:
    mail = read_bytes(written(parts(head=head))).mail
    assert (mail.from_, mail.subject, mail.text.strip()) == ((MARIE,), "Question", "Bonjour")


def test_a_mail_within_a_mail_is_a_file() -> None:
    done = read_bytes(written(parts(files=(OldFile("a.eml", "message/rfc822", b"Subject: x\n\ny", inline=False),))))
    assert [one.content_type for one in done.mail.attachments] == ["application/octet-stream"]
