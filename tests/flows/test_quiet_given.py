"""What is given to somebody in their quiet hours and taken back in them. The clock begins at ten in Paris."""

import pytest

from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import DIRECT, asks, invites
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mentioning
from tests.fakes.writing import mail, redacts, says

LATER = (3 * 3600.0, 16.0)


async def sleeps(house: House, *choices: str) -> int:
    await invites(house)
    for one in (*choices, "quiet 9:30-12:00"):
        await asks(house, f"!notify {one}")
    return len(house.homeserver.posted)


async def taken_back(house: House, way: str) -> None:
    given = says("!assign @bob", thread=card_of(house))
    await happens(house, given, seconds=(0.0, 5.0))
    match way:
        case "deleted":
            await happens(house, redacts(given.event))
        case "asleep":
            await happens(house, says("!unassign", thread=card_of(house)))
            await house.close()
            await house.open()
            await house.keeper.enter(DIRECT)
        case _:
            await happens(house, says(way, thread=card_of(house)))


async def told(house: House, since: int) -> int:
    await house.settle(LATER)
    return len(mentioning(house, BOB, since))


@pytest.mark.parametrize("way", ["!unassign", "!assign me", "deleted", "asleep"])
async def test_it_is_told_by_nothing(house: House, way: str) -> None:
    before = await sleeps(house)
    await taken_back(house, way)
    assert await told(house, before) == 0


@pytest.mark.parametrize("way", ["!unassign", "deleted"])
async def test_nor_is_what_came_while_it_was_theirs(house: House, way: str) -> None:
    before = await sleeps(house)
    given = says("!assign @bob", thread=card_of(house))
    await happens(house, given, seconds=(0.0, 2.0))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle((0.0, 3.0))
    await happens(house, redacts(given.event) if way == "deleted" else says(way, thread=card_of(house)))
    assert await told(house, before) == 0


@pytest.mark.parametrize("way", ["!unassign", "!assign me", "deleted"])
async def test_what_they_follow_or_are_named_in_is_told_all_the_same(house: House, way: str) -> None:
    before = await sleeps(house)
    await taken_back(house, way)
    await happens(house, says("!note @bob regarde", thread=card_of(house)))
    assert await told(house, before) == 1


async def test_so_is_what_is_theirs_again_or_was_before(house: House) -> None:
    before = await sleeps(house)
    await taken_back(house, "!unassign")
    await happens(house, says("!assign @bob", thread=card_of(house)))
    assert await told(house, before) == 1
    await asks(house, "!notify quiet 13:00-20:00")
    before = len(house.homeserver.posted)
    await happens(house, says("!assign me", thread=card_of(house)), says("!assign @bob", thread=card_of(house)))
    await happens(house, says("!unassign", thread=card_of(house)))
    await house.settle((3600.0,) * 8)
    assert len(mentioning(house, BOB, before)) == 1


async def test_who_is_told_of_what_others_are_given_is_told_of_it(house: House) -> None:
    before = await sleeps(house, "assigned-other on")
    await taken_back(house, "!assign me")
    assert await told(house, before) == 1
    assert mentioning(house, ALICE, before) == []
