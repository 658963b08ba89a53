"""The grammar: quoting, folder names, sets, dates and tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.imap.responses import code_of, codes_of, fetch_rows, list_rows, personal_prefix, search_uids
from bot.adapters.imap.wire import (
    decode_folder,
    encode_folder,
    folder_argument,
    format_internaldate,
    parse_internaldate,
    quote,
    search_day,
    tokens,
    uid_set,
)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", "INBOX"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("Éléments envoyés", "&AMk-l&AOk-ments envoy&AOk-s"),
        ("Sent Items & Co", "Sent Items &- Co"),
        ("台北", "&U,BTFw-"),
        ("a\U0001f600b", "a&2D3eAA-b"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ],
)
def test_a_folder_name_is_modified_utf_7(name: str, encoded: str) -> None:
    assert encode_folder(name) == encoded
    assert decode_folder(encoded.encode()) == name


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_folder_name_comes_back(name: str) -> None:
    encoded = encode_folder(name)
    assert encoded.isascii()
    assert decode_folder(encoded.encode()) == name


@given(st.binary())
def test_no_folder_name_is_too_strange_to_be_shown(raw: bytes) -> None:
    decode_folder(raw).encode()


def test_a_raw_utf_8_name_is_shown_as_it_is() -> None:
    assert decode_folder("Entwürfe &x".encode()) == "Entwürfe &x"


def test_quoting_leaves_no_way_out() -> None:
    assert quote('a "b" \\c') == '"a \\"b\\" \\\\c"'
    for bad in ("a\r\nb", "a\nb", "a\0b", "é"):
        with pytest.raises(ValueError, match="not allowed"):
            quote(bad)
    # Line ends in a folder's name are encoded like any other character that is not printable.
    assert folder_argument("a\r\nb") == '"a&AA0ACg-b"'


@given(st.lists(st.integers(min_value=1, max_value=60), max_size=30))
def test_a_set_names_exactly_its_uids(uids: list[int]) -> None:
    named: set[int] = set()
    for part in filter(None, uid_set(uids).split(",")):
        first, _, last = part.partition(":")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == set(uids)


def test_a_set_is_short() -> None:
    assert uid_set([5, 1, 2, 3, 7, 8]) == "1:3,5,7:8"


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        (b"17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)),
        (b" 7-jul-2026 02:44:25 +0000", datetime(2026, 7, 7, 2, 44, 25, tzinfo=UTC)),
        (b"31-Dec-2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"01-Jan-0001 00:00:00 +1400", None),
        (b"32-Jan-2026 00:00:00 +0000", None),
        (b"1-Foo-2026 00:00:00 +0000", None),
        (b"yesterday", None),
    ],
)
def test_internaldate_is_read(raw: bytes, moment: datetime | None) -> None:
    assert parse_internaldate(raw) == moment


def test_dates_are_written_in_english_and_utc() -> None:
    moment = datetime(2026, 3, 5, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert format_internaldate(moment) == '"04-Mar-2026 23:02:03 +0000"'
    assert search_day(moment) == "5-Mar-2026"


@given(st.lists(st.binary(), min_size=1))
def test_the_tokenizer_takes_anything(pieces: list[bytes]) -> None:
    tokens(pieces)


def test_tokens_nest_and_literals_stand_where_they_came() -> None:
    row = (b"(UID 7 FLAGS (\\Seen $x) BODY[HEADER.FIELDS (MESSAGE-ID)]<0> ", b'raw ) ( "', b' X "a \\"b\\" (" NIL)')
    assert tokens(row) == (
        (
            b"UID",
            b"7",
            b"FLAGS",
            (b"\\Seen", b"$x"),
            b"BODY[HEADER.FIELDS (MESSAGE-ID)]<0>",
            b'raw ) ( "',
            b"X",
            b'a "b" (',
            None,
        ),
    )


def test_fetch_items_may_come_in_any_order_and_in_two_responses() -> None:
    rows = fetch_rows(
        [
            (b"1 FETCH (BODY[] ", b"body", b" UID 5 FLAGS (\\Seen))"),
            (b'2 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" UID 6 RFC822.SIZE 12)',),
            (b"2 FETCH (FLAGS () UID 6)",),
            (b"3 FETCH (FLAGS (\\Deleted))",),
            (b"4 FETCH (UID 8 BODY[] NIL)",),
            (b"5 EXISTS",),
            (b"6 FETCH oops",),
        ]
    )
    assert sorted(rows) == [5, 6, 8]
    assert (rows[5].body, rows[5].flags) == (b"body", ("\\Seen",))
    assert (rows[6].size, rows[6].flags, rows[6].body) == (12, (), None)
    assert rows[6].received_at == datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)
    assert rows[8].has_nil_body and rows[8].body is None


def test_search_answers_are_joined_and_sorted() -> None:
    assert search_uids([(b"SEARCH 5 2",), (b"SEARCH",), (b"3 EXISTS",), (b"SEARCH 9 (MODSEQ 7)",)]) == (2, 5, 9)


def test_list_answers_keep_every_character_of_a_name() -> None:
    rows = list_rows(
        [
            (b'LIST (\\HasNoChildren \\Sent) "/" "Stars * more"',),
            (b'LIST () "." Entw&APw-rfe',),
            (b"LIST (\\Noselect) NIL ", b'with "quotes"', b""),
            (b'LIST () "/" NIL',),
            (b'LIST () "/" "un(balanced"',),
            (b"LIST broken",),
        ]
    )
    assert [(row.name, row.delimiter) for row in rows] == [
        ("Stars * more", "/"),
        ("Entwürfe", "."),
        ('with "quotes"', ""),
        ("NIL", "/"),
        ("un(balanced", "/"),
    ]
    assert "\\sent" in rows[0].attributes


def test_response_codes() -> None:
    assert code_of(b"[COPYUID 5 1:2 9:10] done").arguments == (b"5", b"1:2", b"9:10")
    assert code_of(b"no code").name == ""
    codes = codes_of([(b"OK [UIDVALIDITY 17] ok",), (b"OK [UIDNEXT 4] ok",), (b"3 EXISTS",)])
    assert codes["UIDVALIDITY"].number(0) == 17
    assert codes["UIDNEXT"].number(0) == 4


def test_the_personal_namespace() -> None:
    assert personal_prefix([(b'NAMESPACE (("INBOX." ".")) NIL NIL',)]) == "INBOX."
    assert personal_prefix([(b"NAMESPACE NIL NIL NIL",)]) == ""
