"""Header blocks, words, addresses, ids, dates and parameters, as they are really sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Address
from bot.mime.addresses import read_addresses
from bot.mime.authentication import read_authentication
from bot.mime.dates import read_date
from bot.mime.filenames import safe_name
from bot.mime.header_block import read_block
from bot.mime.identifiers import read_ids, read_message_id
from bot.mime.parameters import read_value
from bot.mime.words import decode_words


def test_a_line_without_a_name_is_glued_to_the_field_above_it() -> None:
    raw = b"Subject: first\nsecond half\nFrom: a@example.org\n\nbody"
    block = read_block(raw, 0, len(raw), is_message=True)
    assert block.headers.get("subject") == b"first second half"
    assert block.headers.get("from") == b"a@example.org"
    assert raw[block.body :] == b"body"
    assert "header_repaired" in block.defects


def test_a_body_that_begins_without_a_blank_line_is_a_body() -> None:
    raw = b"From: a@example.org\r\nSubject: s\r\nHello there\r\n\r\nMore"
    block = read_block(raw, 0, len(raw), is_message=True)
    assert raw[block.body :].startswith(b"Hello there")


def test_fields_may_have_blanks_before_the_colon_and_doubled_carriage_returns() -> None:
    raw = b"From : a@example.org\r\r\nSubject:\ts\r\r\n folded\r\r\n\r\r\nbody"
    block = read_block(raw, 0, len(raw), is_message=True)
    assert block.headers.get("from") == b"a@example.org"
    assert block.headers.get("subject") == b"s folded"
    assert raw[block.body :] == b"body"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=", "éé"),
        (b"=?utf-8?b?w?= =?utf-8?b?6k=?=", "é"),
        (b"=?utf-8?q?=C3?=\n =?utf-8?q?=A9?=", "é"),
        (b"a =?iso-8859-1?q?b?= c", "a b c"),
        (b"=?utf-8*fr?q?d=C3=A9j=C3=A0?=", "déjà"),
        (b"=?utf-8?q?with blanks inside?=", "with blanks inside"),
        (b"=?gb2312?b?xOO6ww==?=", "你好"),
        (b"=?iso-2022-jp?b?GyRCLSEbKEI=?=", "①"),
        (b"=?ks_c_5601-1987?b?sKEgud0=?=", "가 반"),
        (b"=?nonsense?q?plain?=", "plain"),
        ("été".encode("latin-1"), "été"),
        ("Привет, как дела сегодня у вас".encode("cp1251"), "Привет, как дела сегодня у вас"),
        (b"=?utf-8?q?never closed", "=?utf-8?q?never closed"),
    ],
)
def test_words_are_decoded(raw: bytes, text: str) -> None:
    assert decode_words(raw) == text


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        (b"Ann <ann@example.org>", [("Ann", "ann@example.org")]),
        (b'"Doe, John" <j@x.org>, k@x.org', [("Doe, John", "j@x.org"), ("", "k@x.org")]),
        (b"Doe, John <j@x.org>", [("Doe, John", "j@x.org")]),
        (b"=?utf-8?q?Doe=2C_J?= <j@x.org>", [("Doe, J", "j@x.org")]),
        (b'"=?utf-8?q?=C3=89l?=" <e@x.org>', [("Él", "e@x.org")]),
        (b"ann@example.org (Ann (at work))", [("Ann (at work)", "ann@example.org")]),
        (b"friends: a@x.org, b@x.org;", [("", "a@x.org"), ("", "b@x.org")]),
        (b"undisclosed-recipients:;", []),
        (b"<@relay.example:a@x.org>", [("", "a@x.org")]),
        (b"a@x.org; b@x.org", [("", "a@x.org"), ("", "b@x.org")]),
        (b"<mailto:a@x.org>", [("", "a@x.org")]),
        (b"John Smith j@x.org", [("John Smith", "j@x.org")]),
        (b'"unclosed <a@x.org>', [("unclosed", "a@x.org")]),
        (b"=?utf-8?b?QW5uIDxhbm5AeC5vcmc+?=", [("Ann", "ann@x.org")]),
        (b"<a@x.org", [("", "a@x.org")]),
        (b"a @ x.org", [("", "a@x.org")]),
        (b"nobody, a@x.org", [("", "a@x.org")]),
        (b"Mailer Daemon <>", [("Mailer Daemon", "")]),
    ],
)
def test_addresses_are_read(raw: bytes, people: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in read_addresses(raw)] == people


def test_ids_are_found_in_all_the_forms_that_are_sent() -> None:
    assert read_message_id(b" <a@b> ") == "a@b"
    assert read_message_id(b"a@b") == "a@b"
    assert read_message_id(b"=?utf-8?q?=3Clong=40b=3E?=") == "long@b"
    assert read_ids([b"Your message of Monday <a@b>", b"<c@d><a@b>"]) == ("a@b", "c@d")
    assert read_ids([b"a@b c@d"]) == ("a@b", "c@d")


def test_of_a_very_long_list_of_references_the_first_and_the_newest_stay() -> None:
    ids = read_ids([b" ".join(b"<%d@x>" % n for n in range(8000))])
    assert len(ids) == 1000
    assert ids[0] == "0@x"
    assert ids[-1] == "7999@x"


@pytest.mark.parametrize(
    ("raw", "when"),
    [
        (b"Mon, 3 Mar 2025 11:04:05 +0100", datetime(2025, 3, 3, 10, 4, 5, tzinfo=UTC)),
        (b"3 Mar 25 11:04 EST", datetime(2025, 3, 3, 16, 4, tzinfo=UTC)),
        (b"Mon Mar  3 11:04:05 2025", datetime(2025, 3, 3, 11, 4, 5, tzinfo=UTC)),
        (b"Mon Mar  3 11:04:05 CET 2025", datetime(2025, 3, 3, 10, 4, 5, tzinfo=UTC)),
        (b"2025-03-03T11:04:05.123Z", datetime(2025, 3, 3, 11, 4, 5, tzinfo=UTC)),
        (b"2025-03-03 11:04:05 -0530", datetime(2025, 3, 3, 16, 34, 5, tzinfo=UTC)),
        (b"Mon, 3 Mar 2025 11.04.05 +0000 (GMT)", datetime(2025, 3, 3, 11, 4, 5, tzinfo=UTC)),
        (b"Mon, 3 Mar 2025 1:04:05 PM", datetime(2025, 3, 3, 13, 4, 5, tzinfo=UTC)),
        (b"Mon, 3 Mar 2025 23:59:60 +0000", datetime(2025, 3, 4, 0, 0, 0, tzinfo=UTC)),
        (b"from mx by mx; Mon, 3 Mar 2025 11:04:05 +0000", datetime(2025, 3, 3, 11, 4, 5, tzinfo=UTC)),
        (b"yesterday", None),
        (b"Mon, 99 Mar 2025 11:04:05", None),
        (b"Mon, 3 Mar 2025 11:04:05 +9999", datetime(2025, 3, 3, 11, 4, 5, tzinfo=UTC)),
    ],
)
def test_dates_are_read(raw: bytes, when: datetime | None) -> None:
    assert read_date([raw]) == when


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        (b'text/plain; charset="utf-8"', "charset", "utf-8"),
        (b"text/plain charset=utf-8", "charset", "utf-8"),
        (b"a; filename*=utf-8''%c3%a9.txt", "filename", "é.txt"),
        (b"a; filename*0*=utf-8''%c3; filename*1*=%a9; filename*2=.txt", "filename", "é.txt"),
        (b'a; filename="=?utf-8?q?=C3=A9.txt?="', "filename", "é.txt"),
        (b"a; filename=two words.txt", "filename", "two words.txt"),
        (b'a; filename="open', "filename", "open"),
        (b'a; filename="a;b.txt"; x=y', "filename", "a;b.txt"),
        (b'a; filename="C:\\dir\\f.txt"', "filename", "C:\\dir\\f.txt"),
    ],
)
def test_parameters_are_read(raw: bytes, name: str, value: str) -> None:
    assert read_value(raw).get(name) == value


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\r.doc", "r.doc"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("..", "attachment-3.pdf"),
        ("", "attachment-3.pdf"),
        ("a\nb.txt", "ab.txt"),
        ("dots...", "dots"),
    ],
)
def test_file_names_are_safe(name: str, safe: str) -> None:
    assert safe_name(name, content_type="application/pdf", number=3) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_a_name_that_can_be_stored(name: str) -> None:
    made = safe_name(name, content_type="image/png", number=1)
    assert made.strip()
    assert len(made.encode()) <= 255
    assert "/" not in made
    assert "\\" not in made


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_addresses_words_and_parameters(raw: bytes) -> None:
    for one in read_addresses(raw):
        assert isinstance(one, Address)
        (one.name + one.address).encode()
    decode_words(raw).encode()
    read_value(raw)
    read_date([raw])


def test_authentication_results_are_read_newest_first() -> None:
    raw = (
        b"Authentication-Results: mx.example.com 1; spf=pass (ok; really) smtp.mailfrom=a@b; "
        b"dkim=fail; dkim=pass; dmarc=pass\n"
        b"Authentication-Results: other.example; none\n\n"
    )
    found = read_authentication(read_block(raw, 0, len(raw), is_message=True).headers)
    assert [(one.server, one.spf, one.dkim, one.dmarc) for one in found] == [
        ("mx.example.com", "pass", "pass", "pass"),
        ("other.example", "", "", ""),
    ]
