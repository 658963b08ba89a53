"""What comes back, or is refused, after its person left the room is told to nobody there."""

from email.message import EmailMessage

import pytest

from bot.domain.outcomes import Refused, TryLater
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import SECOND, goes, invites, said_in
from tests.fakes.house import House
from tests.fakes.looking import NOW, happens, mentioning
from tests.fakes.two_mailboxes import THERE
from tests.fakes.writing import bounce, says
from tests.flows import test_direct_waiting
from tests.flows.test_notices import answer_comes, notices, wants_mail
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import HERS, code_in, confirms, sent_to


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


both = test_direct_waiting.both
HIS = "bob@home.example"


async def his_address_is_paused(house: House) -> int:
    """Three mails to Bob come back, the last one after he left the room of their mailbox."""
    await confirms(house, HIS, BOB)
    await happens(house, says("!notify replied-unassigned email", sender=BOB))
    for number in (2, 3, 4):
        await answer_comes(house, number)
    ids = [one["Message-ID"].strip("<>") for one in sent_to(house, HIS) if "[#" in one["Subject"]]
    for number, id in enumerate(ids):
        if number == 2:
            await happens(house, goes(house, BOB, room=ROOM))
        before = len(house.homeserver.posted)
        house.provider.deliver(bounce(id, HIS, 20 + number))
        await house.settle(NOW)
    assert house.step.settings.known.addresses_of(BOB) == ()
    return before


async def test_that_an_address_is_paused_is_told_in_another_room_where_its_owner_is(both: House) -> None:
    before = await his_address_is_paused(both)
    (told,) = mentioning(both, BOB, before)
    assert told.room == THERE and "own addresses" in str(told.content["body"])
    assert "Question" not in str(told.content["body"])


async def test_or_as_soon_as_they_open_a_direct_chat(house: House) -> None:
    before = await his_address_is_paused(house)
    assert not [one for one in house.homeserver.posted[before:] if "own addresses" in str(one.content.get("body"))]
    await happens(house, goes(house, BOB, "join"))
    await house.close()
    await house.open()
    await house.keeper.enter(ROOM)
    await invites(house)
    assert sum("own addresses" in one for one in said_in(house)) == 1
    code = code_in(await _asked(house))
    await happens(house, says(f"!email confirm {code}", sender=BOB))
    await invites(house, SECOND)
    assert sum("own addresses" in one for one in said_in(house, SECOND)) == 0


async def _asked(house: House) -> EmailMessage:
    await happens(house, says(f"!email {HIS}", sender=BOB))
    return sent_to(house, HIS)[-1]
