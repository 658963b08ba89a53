"""A room in which nobody could read what is written is out of order: that is told, and nothing is lost meanwhile."""

from bot.flows.keep.outages import Service
from bot.ports import NOBODY_READS, NOT_TOLD
from tests.fakes.chat import ROOM
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, says


async def test_a_room_that_nobody_would_read_is_an_outage_that_is_told_and_ends(house: House) -> None:
    outages = house.deliver.outages
    house.homeserver.unread.add(ROOM)
    house.provider.deliver(mail(id="m2@example.org", subject="Other", text="Other words"))
    await house.settle((0.0, 31.0, 31.0, 31.0))
    assert outages.reason(Service("room", part=ROOM)) == NOBODY_READS
    (told,) = texts(house)
    assert "contact@asso.example" in told and "nobody there could read" in told
    assert len(house.homeserver.of_kind("conversation")) == 1

    house.homeserver.unread.clear()
    await house.settle((31.0, 16.0))
    assert outages.reason(Service("room", part=ROOM)) == ""
    assert "works again" in texts(house)[-1]
    assert len(house.homeserver.of_kind("conversation")) == 2


async def test_a_room_whose_members_are_not_told_keeps_those_that_are_known(house: House) -> None:
    house.homeserver.untold.add(ROOM)
    assert not await house.keeper.enter(ROOM)
    assert house.keeper.outages.reason(Service("room", part=ROOM)) == NOT_TOLD
    await happens(house, says("!list"))
    assert texts(house, ROOM), "a member is heard all the same"
