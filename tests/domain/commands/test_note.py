"""`note`: cases."""

import pytest

from bot.domain.decision import AddEvent, AddHistory
from tests.domain.commands.cases import given, is_marked, other, told
from tests.domain.deciding import conversation


def test_a_note_is_kept_in_the_history_and_marked() -> None:
    decision = given("!note between us")
    assert [change.entry.action for change in decision.changes if isinstance(change, AddHistory)] == ["history.noted"]
    assert is_marked(decision)


def test_its_words_are_kept_for_no_mail() -> None:
    kept = [change.event for change in given("!note between us").changes if isinstance(change, AddEvent)]
    assert all(event.body == "" for event in kept)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!note", "error.empty_note"),
        ("!note   ", "error.empty_note"),
        ("!note #9 x", "error.no_such_conversation"),
        ("!note #1 #2 x", "error.only_one"),
    ],
)
def test_what_is_no_note_is_told(body: str, why: str) -> None:
    assert told(given(body, there=(conversation(), other(2)))) == [why]
