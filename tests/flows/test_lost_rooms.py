"""Being put out of a room is told in the config room, with what brings the bot back."""

from datetime import UTC, datetime

import pytest

from bot.domain.inputs.room import RoomLost
from bot.domain.sentences import sentence
from bot.text.wording import say
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import happens


@pytest.mark.parametrize(("membership", "key"), [("leave", "room.lost"), ("ban", "room.banned")])
async def test_each_way_of_losing_a_room_is_told_with_its_own_cure(house: House, membership: str, key: str) -> None:
    await happens(house, RoomLost(ROOM, BOB, membership, datetime(2026, 11, 23, 9, 0, tzinfo=UTC)))
    (told,) = [p for p in house.homeserver.of_kind("notice") if p.room == CONFIG]
    words = sentence(key, mailbox=house.instance.mailboxes[0].name, bot="Postroom")
    assert told.content["body"] == say("en", words)
    assert told.content["m.mentions"] == {"user_ids": [ALICE]}
