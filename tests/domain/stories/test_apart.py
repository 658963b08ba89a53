"""What is told to people apart, in their direct chats. Function calls."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Status
from bot.domain.direct import Direct
from bot.domain.ids import RoomId
from bot.domain.needs import Facts, MembersOf
from bot.domain.sentences import sentence
from bot.domain.stories.apart import told_apart
from tests.domain.commands.cases import NOW, ask
from tests.domain.deciding import World, conversation
from tests.domain.stories.outcome import outcome
from tests.fakes.chat import ALICE, BOB, BOT, ROOM

CHAT = Direct(RoomId("!direct:localhost"), BOB, NOW)


@pytest.mark.parametrize(
    ("more", "knows_members", "is_told"),
    [
        ({"assignee": BOB}, False, True),
        ({"assignee": BOB, "status": Status.CLOSED}, False, False),
        ({"assignee": BOB, "status": Status.CLOSED}, True, True),
        ({"followers": (BOB,)}, False, False),
        ({"followers": (BOB,)}, True, True),
    ],
)
def test_where_somebody_may_have_left_and_nobody_knows_who_is_there_nobody_is_told(
    more: dict[str, object], knows_members: bool, is_told: bool
) -> None:
    one = conversation(**more)
    asked, _ = ask("!note Vu", there=(one,), instance=replace(World().instance, directs=(CHAT,)))
    asked = replace(asked, facts=Facts({MembersOf(ROOM): (ALICE, BOB, BOT)} if knows_members else {}))
    told = told_apart(asked, (BOB,), one, NOW, (sentence("history.noted"),))
    assert bool(outcome(told)) == is_told
