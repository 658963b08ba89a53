"""A conversation goes in the quiet hours of whoever had it into a room where they are not. The clock begins at ten."""

import pytest

from tests.fakes.chat import BOB, ROOM
from tests.fakes.direct import DIRECT, goes
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mentioning
from tests.fakes.writing import mail, redacts, says
from tests.flows import test_move_away
from tests.flows.test_direct_news import mentioned, news, of_bobs

far = test_move_away.far
AFTER = (3 * 3600.0,)
LOST = "moved #1 to support@asso.example"


@pytest.mark.parametrize("hold", ["take", "follow"])
async def test_who_loses_it_hears_of_it_after_their_hours_by_its_number_alone(far: House, hold: str) -> None:
    await of_bobs(far, "quiet 9:30-12:00")
    if hold == "follow":
        await happens(far, says("!follow", thread=card_of(far), sender=BOB), says("!assign me", thread=card_of(far)))
    before = len(far.homeserver.posted)
    await happens(far, says("!move support", thread=card_of(far)))
    assert (news(far, before), mentioned(far, before)) == ([], [])
    await far.settle(AFTER)
    (told,) = news(far, before)
    body = str(told.content["body"])
    assert LOST in body and "1 conversation" in body
    assert "Question" not in body and "Marie" not in body
    await far.settle(AFTER)
    assert len(news(far, before)) == 1


async def test_what_came_before_it_is_told_with_it_and_once(far: House) -> None:
    await of_bobs(far, "quiet 9:30-12:00")
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="SECRET"))
    before = len(far.homeserver.posted)
    await happens(far, says("!move support", thread=card_of(far)))
    await far.settle(AFTER)
    (told,) = news(far, before)
    assert LOST in str(told.content["body"]) and "SECRET" not in str(told.content)


async def test_whose_chat_has_ended_is_mentioned_in_the_room_that_it_left(far: House) -> None:
    await of_bobs(far, "quiet 9:30-12:00")
    before = len(far.homeserver.posted)
    await happens(far, says("!move support", thread=card_of(far)), goes(far, BOB, room=DIRECT))
    await far.settle(AFTER)
    assert len(mentioned(far, before)) == 1
    assert [one.room for one in mentioning(far, BOB, before)] == [ROOM]


@pytest.mark.parametrize("more", ["back", "mute", "left"])
async def test_it_is_not_told_where_it_is_back_or_the_mailbox_mute_or_its_room_left(far: House, more: str) -> None:
    await of_bobs(far, "quiet 9:30-12:00")
    before = len(far.homeserver.posted)
    move = says("!move support", thread=card_of(far))
    await happens(far, move)
    match more:
        case "back":
            await happens(far, redacts(move.event))
        case "mute":
            await happens(far, says("!notify mute contact@asso.example", sender=BOB))
        case _:
            await happens(far, goes(far, BOB))
    await far.settle(AFTER)
    assert LOST not in str([one.content for one in news(far, before)])
    assert more == "back" or news(far, before) == []


async def test_a_plain_chat_says_of_an_encrypted_room_only_that_there_is_news(far: House) -> None:
    await of_bobs(far, "quiet 9:30-12:00")
    far.step.rooms.encrypted.add(ROOM)
    before = len(far.homeserver.posted)
    await happens(far, says("!move support", thread=card_of(far)))
    await far.settle(AFTER)
    assert len(news(far, before)) == 1
    assert LOST not in str(news(far, before)[0].content)
