"""What leaves the house: read back by the standard library, it says what was meant."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Address
from bot.mime.compose import (
    Outgoing,
    OutgoingFile,
    Unsendable,
    compose,
    domain_to_ascii,
    one_line,
    reference_ids,
    reply_subject,
)
from bot.reader.whole import read_bytes

MAIL = Outgoing(
    from_=Address("Mon Asso", "contact@monasso.org"),
    to=(Address("Marie Tartempion", "marie@tartempion.fr"),),
    cc=(),
    subject="Re: Inscription à l’atelier",
    message_id="r.142.77.0123456789abcdef@monasso.org",
    in_reply_to="abc@tartempion.fr",
    references=("abc@tartempion.fr",),
    date=datetime(2025, 3, 3, 11, 4, tzinfo=UTC),
    text="Bonjour Marie,\n\noui, il reste **deux places**.\n",
    html="<p>Bonjour Marie,</p>",
)
ATEXT = "abcdefghijklmnopqrstuvwxyz0123456789.+_=-"
IDS = st.builds(
    lambda left, right: f"{left}@{right}",
    st.text(ATEXT, min_size=1, max_size=200),
    st.from_regex(r"[a-z0-9]{1,60}(\.[a-z0-9]{1,60}){0,3}", fullmatch=True),
)
LONG_IDS = IDS.map(lambda bare: "x" * 65 + bare)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def words_of(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def plain_header(value: str) -> str:
    """As a client decodes it (RFC 2047), by the older and more widely used reader of the library."""
    return str(make_header(decode_header(value.replace("\r\n", ""))))


def lines_of(raw: bytes) -> list[bytes]:
    return raw.split(b"\r\n")


def test_a_mail_has_a_text_part_before_its_html_part() -> None:
    message = read(compose(MAIL))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert words_of(message, "plain") == MAIL.text
    assert "<p>Bonjour Marie,</p>" in words_of(message, "html")


def test_the_same_values_are_the_same_bytes() -> None:
    mail = replace(MAIL, files=(OutgoingFile("a.pdf", "application/pdf", data=b"%PDF"),))
    assert compose(mail) == compose(mail)
    assert compose(mail) != compose(replace(mail, message_id="other@monasso.org"))


def test_a_mail_without_html_is_text_alone() -> None:
    message = read(compose(replace(MAIL, html="")))
    assert message.get_content_type() == "text/plain"


def test_files_stand_beside_the_words_and_come_back_whole(tmp_path: Path) -> None:
    stored = tmp_path / "blob"
    stored.write_bytes(bytes(range(256)) * 40)
    mail = replace(
        MAIL,
        files=(
            OutgoingFile("été à la plage.pdf", "application/pdf", path=stored),
            OutgoingFile("notes.txt", "text/plain; charset=latin-1", data=b"\xe9t\xe9\r\n"),
        ),
    )
    message = read(compose(mail))
    assert message.get_content_type() == "multipart/mixed"
    files = list(message.iter_attachments())
    assert [file.get_filename() for file in files] == ["été à la plage.pdf", "notes.txt"]
    assert files[0].get_payload(decode=True) == stored.read_bytes()
    assert files[1].get_payload(decode=True) == b"\xe9t\xe9\r\n"


@pytest.mark.parametrize("content_type", ["", "nonsense", "message/rfc822", "multipart/mixed", "a/b\r\nX: y", "é/ü"])
def test_a_file_of_a_type_that_cannot_stand_in_a_mail_goes_as_bytes(content_type: str) -> None:
    mail = replace(MAIL, files=(OutgoingFile("x.eml", content_type, data=b"Subject: x\n\ny"),))
    (file,) = read(compose(mail)).iter_attachments()
    assert file.get_content_type() == "application/octet-stream" or content_type.startswith("a/b")
    assert file.get_payload(decode=True) == b"Subject: x\n\ny"


def test_every_line_ends_in_crlf_and_is_short_enough_for_smtp() -> None:
    raw = compose(replace(MAIL, text="x" * 5_000 + "\nFrom here\n.\n" + "é" * 3_000, html="<p>" + "y" * 5_000))
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(len(line) for line in lines_of(raw)) <= 998


@given(LONG_IDS, LONG_IDS, st.lists(LONG_IDS, max_size=30))
def test_long_ids_are_never_encoded_and_come_back_as_they_were(own: str, parent: str, parents: list[str]) -> None:
    """The standard library writes an id above 65 characters as encoded words: no client would find the thread."""
    raw = compose(replace(MAIL, message_id=own, in_reply_to=parent, references=tuple(parents)))
    message = email.message_from_bytes(raw)
    assert message["Message-ID"].strip() == f"<{own}>"
    assert message["In-Reply-To"].strip() == f"<{parent}>"
    expected = [f"<{one}>" for one in reference_ids(parents)]
    assert (message["References"] or "").split() == expected
    head = raw.split(b"\r\n\r\n")[0]
    assert b"=?" not in re.sub(rb"(?m)^Subject:.*(\r\n[ \t].*)*", b"", head)


@given(st.text(), st.text(), st.text(), st.text())
def test_hostile_names_and_subjects_stay_inside_their_header(name: str, other: str, subject: str, text: str) -> None:
    mail = replace(
        MAIL,
        from_=Address(name, "contact@monasso.org"),
        to=(Address(other, "marie@tartempion.fr"),),
        subject=subject,
        text=text,
    )
    message = read(compose(mail))
    assert message["From"].addresses[0].addr_spec == "contact@monasso.org"
    assert [a.addr_spec for a in message["To"].addresses] == ["marie@tartempion.fr"]
    assert len(message["From"].addresses) == 1
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type",
    }  # fmt: skip
    sent = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode().replace("\0", "")
    assert words_of(message, "plain") == sent.rstrip("\n") + "\n"


@pytest.mark.parametrize(
    "subject",
    [
        "a\r\nBcc: victim@example.org",
        "tab\tand\x00nul\x1b[31m",
        "é" * 400,
        "mot " * 200,
        "x" * 1_500,
        "日本語の件名" * 30,
        "=?utf-8?q?already?=",
        "half \ud83d pair",
    ],
)
def test_a_subject_is_read_back_as_it_was_on_one_line(subject: str) -> None:
    raw = compose(replace(MAIL, subject=subject))
    message = read(raw)
    assert message["Bcc"] is None
    if "=?" not in subject:
        assert str(message["Subject"]) == one_line(subject)[:900].strip()
    assert max(len(line) for line in lines_of(raw)) <= 998


def test_a_name_with_a_line_break_makes_no_header() -> None:
    mail = replace(MAIL, to=(Address("Marie\r\nBcc: victim@example.org", "marie@tartempion.fr"),))
    message = read(compose(mail))
    assert message["Bcc"] is None
    assert message["To"].addresses[0].display_name == "Marie Bcc: victim@example.org"


def test_a_name_in_other_letters_is_read_back() -> None:
    mail = replace(MAIL, from_=Address('Größe, «Été» "x" (y)', "contact@monasso.org"))
    assert read(compose(mail))["From"].addresses[0].display_name == 'Größe, «Été» "x" (y)'


def test_an_international_domain_goes_out_as_a_labels() -> None:
    raw = compose(replace(MAIL, to=(Address("", "info@bücher.example"),)))
    assert b"info@xn--bcher-kva.example" in raw
    assert domain_to_ascii("info@faß.example") == "info@xn--fa-hia.example"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "address"),
        ("nobody", "address"),
        ("@example.org", "address"),
        ("a@", "address"),
        ("a@exa mple.org", "address"),
        ("a\r\n@example.org", "address"),
        ("été@example.org", "smtputf8"),
        ("a@" + "ü" * 80 + ".example", "domain"),
    ],
)
def test_an_address_that_cannot_stand_in_a_mail_is_named(address: str, reason: str) -> None:
    with pytest.raises(Unsendable) as refused:
        compose(replace(MAIL, to=(Address("", address),)))
    assert refused.value.reason == reason


@given(st.text(max_size=40))
def test_any_text_as_an_address_is_either_refused_or_stays_one_address(address: str) -> None:
    try:
        raw = compose(replace(MAIL, to=(Address("", address),)))
    except Unsendable:
        return
    message = read(raw)
    assert len(message["To"].addresses) == 1
    assert message["Bcc"] is None


def test_a_quoted_local_part_is_kept() -> None:
    raw = compose(replace(MAIL, to=(Address("", '"first last"@example.org'),)))
    assert read(raw)["To"].addresses[0].addr_spec == '"first last"@example.org'


def test_references_keep_the_first_id_and_the_newest_within_1500_characters() -> None:
    ids = tuple(f"{number:040d}@example.org" for number in range(100))
    kept = reference_ids(ids)
    assert kept[0] == ids[0]
    assert kept[-1] == ids[-1]
    assert kept[1:] == ids[-len(kept) + 1 :]
    assert len(" ".join(f"<{one}>" for one in kept)) <= 1_500
    assert len(kept) > 20


def test_references_leave_out_doubles_and_what_is_no_id() -> None:
    assert reference_ids(("a@x", "<b@x>", "a@x", "", "c d@x", "é@x", "e\r\nBcc:@x")) == ("a@x", "b@x")
    assert reference_ids(()) == ()


def test_8000_references_are_cut_at_once() -> None:
    ids = tuple(f"{number}@example.org" for number in range(8_000))
    assert len(" ".join(f"<{one}>" for one in reference_ids(ids))) <= 1_500


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(Unsendable):
        compose(replace(MAIL, message_id="a b@example.org"))
    with pytest.raises(Unsendable):
        compose(replace(MAIL, message_id=""))


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Inscription", "Re: Inscription"),
        ("Re: Inscription", "Re: Inscription"),
        ("RE : Inscription", "Re: Inscription"),
        ("Re\u00a0: Inscription", "Re: Inscription"),
        ("AW: Re: SV: Inscription", "Re: Inscription"),
        ("TR: Réf : RE: Inscription", "Re: Inscription"),
        ("Re[2]: Inscription", "Re: Inscription"),
        ("Re(3): Inscription", "Re: Inscription"),
        ("Re:Re:Re:Inscription", "Re: Inscription"),
        ("回复：订单", "Re: 订单"),
        ("Fwd: Photos", "Re: Photos"),
        ("Reunion: ordre du jour", "Re: Reunion: ordre du jour"),
        ("Rendez-vous : mardi", "Re: Rendez-vous : mardi"),
        ("Facture : réf: 12", "Re: Facture : réf: 12"),
        ("", "Re:"),
        ("Re:", "Re:"),
        ("  Re:   \r\n x ", "Re: x"),
    ],
)
def test_an_answer_has_re_once(subject: str, answered: str) -> None:
    assert reply_subject(subject) == answered
    assert reply_subject(answered) == answered


@given(st.text())
def test_re_is_never_doubled_whatever_the_subject(subject: str) -> None:
    once = reply_subject(subject)
    assert reply_subject(once) == once
    assert "\n" not in once and "\r" not in once


def test_automatic_mail_says_that_it_is_automatic() -> None:
    message = read(compose(replace(MAIL, auto_submitted="auto-replied")))
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert read(compose(MAIL))["Auto-Submitted"] is None


def test_there_is_never_a_bcc_header_and_nothing_names_the_program() -> None:
    raw = compose(MAIL).lower()
    assert b"bcc:" not in raw
    assert b"x-mailer" not in raw and b"user-agent" not in raw


def test_the_date_keeps_its_zone() -> None:
    at = datetime(2025, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert read(compose(replace(MAIL, date=at)))["Date"].datetime == at


def test_a_large_file_costs_no_seconds(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"\x00\xff\r\n" * 1_000_000)
    raw = compose(replace(MAIL, files=(OutgoingFile("large.bin", "application/octet-stream", path=large),)))
    assert len(raw) < 4_000_000 * 1.4


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_subject_and_any_name_are_read_back_as_they_were(subject: str, name: str) -> None:
    raw = compose(replace(MAIL, subject=subject, from_=Address(name, "contact@monasso.org")))
    message = email.message_from_bytes(raw)
    assert plain_header(message["Subject"]) == one_line(subject)
    # The standard library's own reader keeps the fold between two encoded words of a name (RFC 2047 6.2 drops it).
    shown = (
        plain_header(message["From"]).removesuffix("contact@monasso.org").removesuffix("<contact@monasso.org>").strip()
    )
    if len(shown) > 1 and shown[0] == shown[-1] == '"':
        shown = re.sub(r"\\(.)", r"\1", shown[1:-1])
    assert shown == one_line(name)


def test_a_long_name_keeps_its_spaces_where_it_is_folded() -> None:
    name = "Товарищество собственников жилья « Зелёная улица », правление и совет дома"
    raw = compose(replace(MAIL, from_=Address(name, "contact@monasso.org")))
    assert max(len(line) for line in lines_of(raw)) <= 78
    assert read_bytes(raw).mail.from_ == (Address(name, "contact@monasso.org"),)
    assert plain_header(email.message_from_bytes(raw)["From"]) == f"{name} <contact@monasso.org>"


def test_a_name_that_looks_encoded_stays_as_it_is() -> None:
    name = "=?utf-8?q?boss?="
    raw = compose(replace(MAIL, from_=Address(name, "contact@monasso.org")))
    assert plain_header(email.message_from_bytes(raw)["From"]) == f"{name} <contact@monasso.org>"
