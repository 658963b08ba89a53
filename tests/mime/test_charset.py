"""Bytes become text as they were meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mime.charset import decode, known_charset


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("us-ascii", "utf-8", "été"),
        ("iso-8859-1", "cp1252", "“quoted” €"),
        ("ISO-8859-8-I", "cp1255", "שלום"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("gb2312", "gb18030", "镕基"),
        ("x-sjis", "cp932", "①Ⅳ"),
        ("windows-1251", "cp1251", "Привет"),
        ("unicode-1-1-utf-7", "utf-7", "Hi Mom -☺-!"),
        ("utf-16", "utf-16", "wide"),
        ("cp-850", "cp850", "déjà"),
        ("koi8-r", "koi8-r", "Привет"),
        ("big5", "big5hkscs", "繁體中文"),
        ("euc-kr", "euc-kr", "안녕하세요"),
        ("utf8mb4", "utf-8", "😀"),
        ("macintosh", "mac-roman", "œuvre"),
        ("tis-620", "cp874", "สวัสดี"),
    ],
)
def test_a_declared_charset_is_taken_for_what_senders_mean(declared: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), declared) == text


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("utf-8", "déjà vu"),
        ("cp1252", "déjà vu"),
        ("cp1251", "Добрый день, у меня вопрос по заказу номер сто двадцать"),
        ("shift_jis", "こんにちは。ご注文について質問があります。"),
        ("gb18030", "您好，我想咨询一下关于订单的问题，谢谢"),
        ("iso-2022-jp", "こんにちは"),
    ],
)
def test_an_undeclared_charset_is_guessed(codec: str, text: str) -> None:
    assert decode(text.encode(codec), "x-unknown") == text


@pytest.mark.parametrize(
    "name", ["rot13", "base64", "punycode", "idna", "unicode_escape", "zip", "../x", "", "x" * 500, "undefined"]
)
def test_what_is_no_charset_is_not_used(name: str) -> None:
    assert known_charset(name) == ""


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "utf-7", "utf-16", "iso-2022-jp", "hz", "big5", "euc-jp", "iso-2022-kr"]),
)
def test_any_bytes_are_valid_text(data: bytes, charset: str) -> None:
    text = decode(data, charset)
    text.encode("utf-8")
    assert "\0" not in text
    assert "\r" not in text
