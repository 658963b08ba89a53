"""What comes back, or is refused, after its person left the room is told to nobody there."""

import pytest

from bot.domain.outcomes import Refused, TryLater
from tests.fakes.chat import ALICE
from tests.fakes.direct import goes
from tests.fakes.house import House
from tests.fakes.looking import NOW, happens
from tests.fakes.writing import bounce
from tests.flows.test_notices import answer_comes, notices, wants_mail
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import HERS


async def three_leave(house: House) -> None:
    await wants_mail(house)
    for number in (2, 3, 4):
        await answer_comes(house, number)


async def come_back(house: House, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        id = notices(house)[number]["Message-ID"].strip("<>")
        house.provider.deliver(bounce(id, HERS, number))
        await house.settle(NOW)


@pytest.mark.parametrize("is_back", [False, True])
async def test_a_late_bounce_pauses_the_address_and_mentions_nobody_who_has_left(house: House, is_back: bool) -> None:
    await three_leave(house)
    await come_back(house, (0, 1))
    await happens(house, goes(house, ALICE))
    if is_back:
        await happens(house, goes(house, ALICE, "join"))
    before = len(house.homeserver.posted)
    await come_back(house, (2,))
    assert house.step.settings.known.addresses_of(ALICE) == ()
    assert len(mentioned(house, before)) == is_back
    said = [one for one in house.homeserver.posted[before:] if "own addresses" in str(one.content.get("body"))]
    assert len(said) == is_back, "nor is it said to the others"


async def test_what_the_server_refuses_after_they_have_left_is_told_to_nobody(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("450"), Refused("550", "5.1.1")]
    await answer_comes(house)
    await happens(house, goes(house, ALICE))
    before = len(house.homeserver.posted)
    await house.settle((300.0, 16.0))
    assert not any("would have been mailed" in str(one.content.get("body")) for one in house.homeserver.posted[before:])
    assert mentioned(house, before) == []
