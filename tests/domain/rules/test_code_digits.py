"""A code is found and covered however its digits are split, and other numbers are left alone."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.rules.code_digits import MOST_BETWEEN, codes_in, covered

CODES = st.from_regex(r"[0-9]{8}", fullmatch=True)
WORDS = st.text(st.characters(codec="utf-8").filter(lambda one: not one.isdecimal() and one not in "<>&•"), max_size=60)
BETWEEN = st.text(
    st.characters(codec="utf-8").filter(lambda one: not one.isdecimal() and one not in "<>&•"), max_size=MOST_BETWEEN
)
SCRIPTS = st.sampled_from([ord("0"), ord("０"), ord("٠"), ord("०"), 0x1D7D8])  # fmt: skip
TAGS = st.sampled_from(
    ["<br>", "</td><td width=20>", "<!-- 12 -->", '<a href="x?1=2">', "</span>\n<span style='color:#123'>"]
)


def spelt(code: str, between: list[str], zero: int = ord("0")) -> str:
    digits = [chr(zero + int(one)) for one in code]
    return digits[0] + "".join(gap + digit for gap, digit in zip(between, digits[1:], strict=True))


@given(CODES, st.lists(BETWEEN, min_size=7, max_size=7), SCRIPTS, WORDS, WORDS)
def test_it_is_found_and_its_digits_alone_are_covered(
    code: str, between: list[str], zero: int, before: str, after: str
) -> None:
    text = before + spelt(code, between, zero) + after
    assert codes_in(text, {code}) == {code}
    assert covered(text, {code}) == before + re.sub(r"\d", "•", spelt(code, between, zero)) + after


@given(CODES, st.lists(TAGS, min_size=7, max_size=7), WORDS)
def test_so_it_is_in_html_which_stays_what_it_is(code: str, between: list[str], before: str) -> None:
    text = before + spelt(code, between)
    # In the tags stand digits as well.
    assume(all(code not in "".join(re.findall(r"\d", one)) for one in (text, "".join(between))))
    assert codes_in(text, {code}) == {code}
    assert covered(text, {code}) == before + "•" + "".join(f"{tag}•" for tag in between)


@given(CODES, st.lists(TAGS, min_size=7, max_size=7))
def test_so_it_is_where_html_writes_each_digit_as_its_number(code: str, between: list[str]) -> None:
    written = [f"&#x{ord(digit):x};" if at % 2 else f"&#{ord(digit)};" for at, digit in enumerate(code)]
    text = written[0] + "".join(f"{tag}&nbsp;{digit}" for tag, digit in zip(between, written[1:], strict=True))
    assert codes_in(text, {code}) == {code}
    assert covered(text, {code}) == "•" + "".join(f"{tag}&nbsp;•" for tag in between)


@given(CODES, st.text("0123456789 .,/-+\n<b>&;x", max_size=200))
def test_another_number_is_left_alone(code: str, text: str) -> None:
    assume(all(code not in re.sub(r"\D", "", one) for one in (text, re.sub(r"<[^>]*>", "", text))))
    assert not codes_in(text, {code})
    assert covered(text, {code}) == text


def test_digits_that_are_far_apart_are_of_two_numbers() -> None:
    assert not codes_in("1234" + "x" * (MOST_BETWEEN + 1) + "5678", {"12345678"})
    assert codes_in("1234" + "x" * MOST_BETWEEN + "5678", {"12345678"})


def test_a_digit_among_them_makes_another_number() -> None:
    assert not codes_in("1. 1234\n2. 5678", {"12345678"})


def test_what_is_long_is_read_in_time_that_grows_with_it() -> None:
    """Hostile: nothing but digits, nothing but beginnings of tags and of entities."""
    for text in ("1234567" * 60_000, "<a" * 100_000, "&#1" * 100_000, "1" * 300_000):
        assert not codes_in(text, {"99999999"})
