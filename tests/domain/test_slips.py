"""One slip of the fingers: a letter left out, added or put for another, or two swapped; and words that only look so."""

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slips import is_slip, respelt, slip_of

_FEW = st.text("abc", max_size=6)
NAMES = frozenset(("close", "fermer", "snooze", "assign", "note"))


def one_away(word: str) -> set[str]:
    """All that one slip makes of a word."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    other = {a + letter + b[1:] for a, b in cuts if b for letter in ascii_lowercase}
    added = {a + letter + b for a, b in cuts for letter in ascii_lowercase}
    return (left_out | swapped | other | added) - {word}


@given(_FEW, _FEW)
def test_a_slip_is_what_one_edit_makes_and_goes_both_ways(one: str, other: str) -> None:
    assert is_slip(one, other) == (other in one_away(one)) == is_slip(other, one)


@given(st.sampled_from(sorted(NAMES)), st.data())
def test_whatever_one_slip_makes_of_a_name_is_known_as_it_or_is_a_word(name: str, data: st.DataObject) -> None:
    missed = data.draw(st.sampled_from(sorted(one_away(name))))
    assert is_slip(missed, name)
    assert slip_of(missed, NAMES) in (name, "")
    assert slip_of(missed.upper(), NAMES) == slip_of(missed, NAMES)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("clsoe", "close"), ("cloes", "close"), ("closee", "close"), ("Clse", "close"), ("fremer", "fermer"),
        ("fermér", ""), ("fermr", "fermer"), ("snoze", "snooze"), ("noet", "note"), ("notee", "note"), ("notée", ""),
        ("n0te", "note"), ("closer", ""), ("Fermez", ""), ("vote", ""), ("hôte", ""), ("Noé", ""), ("close", ""), ("", ""),
    ],
)  # fmt: skip
def test_an_ordinary_word_is_no_slip_of_a_name(word: str, name: str) -> None:
    assert slip_of(word, NAMES) == name


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("clsoe", ["close"]), ("clsoe, merci", ["close, merci"]), ("assing me", ["assign me"]), ("snooze3d", ["snooze 3d"]),
        ("snoze3d", ["snooze 3d"]), ("assignme", ["assign me"]), ("clo se", ["close"]), ("close", []), ("Bonjour Marie", []),
    ],
)  # fmt: skip
def test_a_line_is_put_right_one_word_at_a_time(line: str, found: list[str]) -> None:
    assert list(respelt(line, NAMES)) == found
