"""`active`, `pending` and `close`: cases."""

import pytest

from bot.domain.calls import MoveOnServer
from bot.domain.conversation import LISTED, Status
from bot.domain.needs import IncomingOf
from tests.domain.commands.cases import ELSEWHERE, ask, done, given, is_marked, other, saved, told
from tests.domain.deciding import conversation

ROWS = [("!active", Status.ACTIVE), ("!pending", Status.PENDING), ("!close", Status.CLOSED), ("!fermer", Status.CLOSED)]


@pytest.mark.parametrize(("body", "after"), ROWS)
@pytest.mark.parametrize("before", LISTED)
def test_it_waits_for_what_is_said(body: str, after: Status, before: Status) -> None:
    decision = given(body, there=(conversation(status=before),))
    assert [one.status for one in saved(decision)] == ([after] if before is not after else [])
    assert is_marked(decision)
    moved = [not call.target for call in done(decision) if isinstance(call, MoveOnServer)]
    assert moved == ([False] if before is Status.SPAM else [])


def test_only_what_ends_being_spam_looks_for_its_mails() -> None:
    asked, _ = ask("!close #1 #2", there=(conversation(), other(2, status=Status.SPAM)))
    assert asked.called.command.needs(asked) == [IncomingOf(asked.about[1].id)]


def test_several_with_one_that_is_missing_change_nothing() -> None:
    decision = given("!close #1 #9")
    assert (told(decision), saved(decision)) == (["error.no_such_conversation"], [])


def test_those_of_another_room_are_as_if_they_did_not_exist() -> None:
    decision = given("!close #2", there=(conversation(), other(2, room=ELSEWHERE)))
    assert (told(decision), saved(decision)) == (["error.no_such_conversation"], [])


def test_outside_of_a_thread_a_number_is_wanted() -> None:
    assert told(given("!close", in_thread=False)) == ["error.which_conversation"]
    assert len(saved(given("!close #1", in_thread=False))) == 1
