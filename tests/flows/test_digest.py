"""The digest in a direct chat, through the whole bot. The clock begins at ten in Paris."""

import pytest

from tests.fakes.chat import BOB, ROOM
from tests.fakes.direct import asks, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import mail, says
from tests.flows.test_direct_news import answered, news, of_bobs
from tests.flows.test_quiet import DAY, HOURS


async def test_a_digest_comes_each_day_with_what_waits(house: House) -> None:
    await of_bobs(house, "digest daily 12:00")
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    body = str(told.content["body"])
    assert "1 is yours" in body and "1 is nobody" in body and "Question" in body and "Devis" in body
    await house.settle((DAY, DAY))
    assert len(news(house, before)) == 3
    await asks(house, "!notify digest off")
    before = len(house.homeserver.posted)
    await house.settle((DAY, DAY))
    assert news(house, before) == []


async def test_a_digest_without_anything_is_none_and_goes_on_in_another_chat(house: House) -> None:
    await happens(house, says("!notify digest daily 12:00", sender=BOB))
    await house.settle((3 * HOURS,))
    await happens(house, says("!close", thread=card_of(house)))
    await invites(house)
    before = len(house.homeserver.posted)
    await house.settle((DAY,))
    assert news(house, before) == []
    await answered(house)
    before = len(house.homeserver.posted)
    await house.settle((DAY,))
    assert len(news(house, before)) == 1


@pytest.mark.parametrize("whose", ["mine", "nobody's"])
async def test_of_a_room_that_was_encrypted_since_it_says_that_it_cannot_tell_what_waits(
    house: House, whose: str
) -> None:
    await of_bobs(house, "digest daily 12:00")
    if whose != "mine":
        await happens(house, says("!assign nobody", thread=card_of(house)))
    house.step.rooms.encrypted.add(ROOM)
    house.homeserver.encrypted.add(ROOM)
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    body = str(told.content["body"])
    assert "that room is encrypted" in body and "contact@asso.example" in body and "Question" not in body


@pytest.mark.parametrize("why", ["nothing waits", "it is mute"])
async def test_of_such_a_room_nothing_is_said_where_nothing_of_it_would_be(house: House, why: str) -> None:
    await of_bobs(house, "digest daily 12:00")
    await happens(
        house, says("!close", thread=card_of(house)) if why == "nothing waits" else says("!notify mute", sender=BOB)
    )
    house.step.rooms.encrypted.add(ROOM)
    house.homeserver.encrypted.add(ROOM)
    before = len(house.homeserver.posted)
    await house.settle((3 * HOURS,))
    assert news(house, before) == []
