"""`star` and `unstar`: cases."""

import pytest

from bot.domain.effects import Mark
from bot.domain.ids import UserId
from tests.domain.commands.cases import given, is_marked, other, saved
from tests.domain.deciding import START, conversation
from tests.fakes.chat import ALICE, BOB


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("!star", (), (ALICE,)),
        ("!étoile", (BOB,), (BOB, ALICE)),
        ("!star #1", (ALICE,), None),
        ("!unstar", (BOB, ALICE), (BOB,)),
        ("!désétoiler", (BOB,), None),
    ],
)
def test_one_keeps_it_at_hand_for_oneself(
    body: str, before: tuple[UserId, ...], after: tuple[UserId, ...] | None
) -> None:
    decision = given(body, there=(conversation(starred=before),))
    assert [one.starred for one in saved(decision)] == ([] if after is None else [after])
    assert is_marked(decision)


def test_nobody_else_sees_it() -> None:
    decision = given("!star", there=(conversation(assignee=BOB, followers=(BOB,)),))
    assert [type(effect) for effect in decision.effects] == [Mark]
    assert [one.changed_at for one in saved(decision)] == [START]


def test_several_at_once_from_the_main_timeline() -> None:
    decision = given("!star #1 #2", there=(conversation(), other(2)), in_thread=False)
    assert {one.id: one.starred for one in saved(decision)} == {1: (ALICE,), 2: (ALICE,)}
