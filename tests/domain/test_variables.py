"""Variables in saved words: a value is text wherever it stands, whatever a stranger calls themselves."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.variables import as_text, as_typed, closed, filled, filled_plainly, first_name, known_names, unknown
from bot.text.markdown_mail import to_mail_html


@pytest.mark.parametrize(
    ("text", "becomes", "empty"),
    [
        ("Bonjour {first_name},", "Bonjour Marie,", ()),
        ("Bonjour {prénom} {PRENOM} { first_name }", "Bonjour Marie Marie Marie", ()),
        ("{nothing} {} {1} {a b}", "{nothing} {} {1} {a b}", ("nothing",)),
        ("{subject}", "{subject}", ("subject",)),
    ],
)
def test_variables_have_values_and_what_has_none_stands_as_it_was(
    text: str, becomes: str, empty: tuple[str, ...]
) -> None:
    done = filled(text, {"first_name": "Marie", "subject": ""})
    assert (done.text, done.empty) == (becomes, empty)


def test_names_that_mean_nothing_are_found() -> None:
    assert unknown("{name} {nom} {numéro} {foo} {foo} {Bar}") == ("foo", "Bar")
    assert unknown("{%customer.firstName%} {first_name|Madame} { name } {1} {}") == (
        "%customer.firstName%",
        "first_name|Madame",
    )
    assert known_names("fr").startswith("{nom} {prénom}")


def test_where_words_leave_at_once_a_variable_without_a_value_is_left_out() -> None:
    assert closed("{me} — {name}, {other}", {"me": "Alice", "name": ""}) == "Alice — , {other}"
    assert closed(as_text("{me}"), {"me": "Alice"}) == r"\{me\}"


def test_a_name_of_a_sender_is_one_line_of_plain_words() -> None:
    assert filled_plainly("{me}, {mailbox} {x}", {"mailbox": "Mon\r\nAsso *"}) == "{me}, Mon Asso * {x}"
    assert filled_plainly("{name}", {"name": "{me}"}) == "(me)"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Marie Dupont", "Marie"), ("Dupont, Marie", "Marie"), ("DUPONT Marie", "Marie"), ("Marie", "Marie"),
        ("Jean-Pierre Petit", "Jean-Pierre"), ("marie@example.org", ""), ("", ""), ("ASSO", "ASSO"),
    ],
)  # fmt: skip
def test_a_first_name_is_told_where_it_can_be(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.parametrize(
    "hostile",
    [
        "**fort**", "_a_", "[là](https://evil.example)", "<b>x</b>", "<https://evil.example>", "https://evil.example/x",
        "www.evil.example", "`code`", "# Titre", "1. un", "- un", "~~x~~", "![x](y)", "a\\*b", "> cité", "{name}", "& <", "<x@evil.example>", "~~~", "===", "a|b",
        "mailto:x@evil.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{}", "Bonjour {},", "**{}**", "- {}"])
def test_a_value_makes_no_mark_and_no_link(hostile: str, place: str) -> None:
    plain = to_mail_html(place.format("Anne"))
    html = to_mail_html(place.format(as_text(hostile)))
    assert html.count("<") == plain.count("<")
    assert "href" not in html
    assert hostile.replace("https://", "").translate(str.maketrans("<>", "‹›")) in unescape(
        re.sub(r"<[^>]*>", "", html)
    )


@given(st.text(max_size=60))
def test_no_value_adds_an_element(value: str) -> None:
    assert to_mail_html(f"Bonjour {as_text(value)} x").count("<") == to_mail_html("Bonjour x x").count("<")


@pytest.mark.parametrize("value", ["été_2026 [1/2]: 50%!", "www.asso.example", "# 1", "1. x", "{x}", "a\\b", "*a* `b`"])
def test_in_a_list_no_mark_of_a_value_is_seen_that_was_not_in_it(value: str) -> None:
    assert as_typed(as_text(value)) == value
