"""`spam` and `notspam`: cases."""

import pytest

from bot.domain.calls import MoveOnServer
from bot.domain.conversation import LISTED, Status
from tests.domain.commands.cases import done, given, is_marked, saved
from tests.domain.deciding import conversation


@pytest.mark.parametrize("before", LISTED)
def test_spam_lies_in_junk_with_all_its_mails(before: Status) -> None:
    decision = given("!spam", there=(conversation(status=before),))
    is_new = before is not Status.SPAM
    assert [one.status for one in saved(decision)] == ([Status.SPAM] if is_new else [])
    assert [not call.target for call in done(decision) if isinstance(call, MoveOnServer)] == ([True] if is_new else [])
    assert is_marked(decision)


@pytest.mark.parametrize("before", LISTED)
def test_what_is_no_spam_comes_back_to_where_it_was(before: Status) -> None:
    decision = given("!notspam", there=(conversation(status=before, status_before=Status.PENDING),))
    was_spam = before is Status.SPAM
    assert [one.status for one in saved(decision)] == ([Status.PENDING] if was_spam else [])
    assert [not call.target for call in done(decision) if isinstance(call, MoveOnServer)] == (
        [False] if was_spam else []
    )
    assert is_marked(decision)
