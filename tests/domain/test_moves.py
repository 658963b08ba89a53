"""That a conversation needs nobody ends with whatever a member does with it."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision, SaveConversation
from bot.domain.rules.moves import assign, follow, set_status, with_status
from tests.domain.test_cards import BARE, NOW
from tests.fakes.chat import ALICE

IDLE = replace(BARE, status=Status.ACTIVE, needs_nobody=True)


def saved(decision: Decision) -> Conversation:
    return next(change.conversation for change in decision.changes if isinstance(change, SaveConversation))


@pytest.mark.parametrize("status", list(Status))
def test_a_status_that_a_member_sets_ends_it_the_one_it_has_too(status: Status) -> None:
    after = saved(set_status(IDLE, status, actor=ALICE, now=NOW))
    assert (after.status, after.needs_nobody) == (status, False)
    assert not with_status(IDLE, status).needs_nobody


def test_who_takes_it_ends_it_and_who_follows_does_not() -> None:
    assert not saved(assign(IDLE, ALICE, actor=ALICE, now=NOW)).needs_nobody
    assert saved(follow(IDLE, ALICE, follows=True, now=NOW)).needs_nobody
