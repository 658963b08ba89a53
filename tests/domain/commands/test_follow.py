"""`follow` and `unfollow`: cases."""

import pytest

from bot.domain.ids import UserId
from tests.domain.commands.cases import given, is_marked, saved
from tests.domain.deciding import conversation
from tests.fakes.chat import ALICE, BOB


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("!follow", (), (ALICE,)),
        ("!follow", (BOB,), (BOB, ALICE)),
        ("!suivre", (ALICE,), None),
        ("!unfollow", (BOB, ALICE), (BOB,)),
        ("!unfollow", (BOB,), None),
    ],
)
def test_one_follows_for_oneself(body: str, before: tuple[UserId, ...], after: tuple[UserId, ...] | None) -> None:
    decision = given(body, there=(conversation(followers=before),))
    assert [one.followers for one in saved(decision)] == ([] if after is None else [after])
    assert is_marked(decision)
