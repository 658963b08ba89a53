"""Who may do what: a stranger hears nothing, a member hears why."""

import pytest

from bot.domain.ids import UserId
from bot.domain.rights import Allowed, Denied, Judgement, Voice, may_command, may_react, proves_sight
from bot.domain.sentences import sentence
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.house import INSTANCE

FAR = UserId("@carl:far.example:8448")


def command(sender: UserId, *, is_joined: bool) -> Judgement:
    return may_command(INSTANCE, Voice(sender, is_joined, room_encrypted=False), is_sensitive=True)


def reaction(sender: UserId, *, is_joined: bool) -> Judgement:
    return may_react(INSTANCE, Voice(sender, is_joined, room_encrypted=False), is_sensitive=True)


@pytest.mark.parametrize("asked", [command, reaction])
def test_a_member_of_another_homeserver_is_told_which_one_may_not(asked: object) -> None:
    assert callable(asked)
    assert asked(FAR, is_joined=True) == Denied(sentence("error.other_server", server="far.example:8448"))
    assert asked(FAR, is_joined=False) == Denied(None)
    assert asked(ALICE, is_joined=True) == Allowed()


def test_what_is_written_on_another_homeserver_does_not_show_that_the_mail_before_it_was_seen_there() -> None:
    other = UserId("@dora:far.example:8448")
    assert not proves_sight(BOT, FAR, FAR)
    assert not proves_sight(BOT, FAR, other)
    assert proves_sight(BOT, FAR, ALICE)
    assert proves_sight(BOT, FAR, None)
    assert proves_sight(BOT, ALICE, BOB) and proves_sight(BOT, ALICE, ALICE) and proves_sight(BOT, ALICE, FAR)
