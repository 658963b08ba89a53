"""`assign` and `unassign`: cases."""

import pytest

from bot.domain.conversation import EventKind
from bot.domain.decision import AddDeed
from bot.domain.effects import Say
from bot.domain.ids import UserId
from tests.domain.commands.cases import given, is_marked, other, saved, told
from tests.domain.deciding import conversation
from tests.fakes.chat import ALICE, BOB, BOT


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ("!assign me", ALICE),
        ("!attribuer moi", ALICE),
        ("!assign @bob", BOB),
        ("!assign @bob:localhost", BOB),
        ("!unassign", None),
    ],
)
def test_it_is_theirs_who_is_meant(body: str, who: UserId | None) -> None:
    decision = given(body, there=(conversation(assignee=UserId("@carol:localhost")),))
    assert [one.assignee for one in saved(decision)] == [who]
    assert is_marked(decision)
    assert any(isinstance(change, AddDeed) for change in decision.changes)


def test_who_gets_it_is_told_once_and_never_of_an_own_act() -> None:
    (say,) = [effect for effect in given("!assign @bob").effects if isinstance(effect, Say)]
    assert (say.kind, say.mention) == (EventKind.NOTICE, (BOB,))
    assert told(given("!assign me")) == []
    assert told(given("!assign @bob", there=(conversation(assignee=BOB),))) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!assign", "error.assign_whom"),
        ("!assign @alice @bob", "error.assign_whom"),
        ("!assign @nobody", "error.who_is_that"),
        ("!assign @far:example.org", "error.not_in_room"),
        (f"!assign {BOT}", "error.assign_bot"),
        ("!assign me #7", "error.no_such_conversation"),
    ],
)
def test_a_wrong_word_changes_nothing_and_is_told(body: str, why: str) -> None:
    decision = given(body)
    assert (told(decision), saved(decision), is_marked(decision)) == ([why], [], False)


def test_repeated_it_changes_nothing_and_is_marked_again() -> None:
    decision = given("!assign me", there=(conversation(assignee=ALICE),))
    assert (saved(decision), is_marked(decision)) == ([], True)


def test_several_are_given_at_once_with_one_mark() -> None:
    decision = given("!assign @bob #1 #2", there=(conversation(), other(2)))
    assert [one.assignee for one in saved(decision)] == [BOB, BOB]
    assert is_marked(decision)


def test_who_is_named_by_a_pill_and_by_their_name_is_one_person() -> None:
    assert [one.assignee for one in saved(given("!assign @bob", mentions=(BOB,)))] == [BOB]
    assert len(told(given("!assign @bob", mentions=(ALICE,)))) == 1
