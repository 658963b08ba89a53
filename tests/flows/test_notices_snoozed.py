"""A snoozed conversation comes back: whom it concerns is told by the way that they chose, once, and not in quiet hours."""

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB, Posted
from tests.fakes.direct import DIRECT, asks, goes, invites, said_in
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import reads, says
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import confirms
from tests.flows.test_rings import Phones
from tests.flows.test_talk_told import has_chosen, told

TWO_HOURS = (7200.0, 16.0, *SOON)


async def comes_back(house: House, by: UserId = BOB) -> list[Posted]:
    """What is said when the time comes for which somebody put it off."""
    await happens(house, says("!snooze today 12:00", thread=card_of(house), sender=by), seconds=SOON)
    before = len(house.homeserver.posted)
    await house.settle(TWO_HOURS)
    return [one for one in house.homeserver.posted[before:] if not one.is_edit]


def rings(posted: list[Posted], who: UserId) -> int:
    return sum(who in str(one.content.get("m.mentions")) for one in posted)


async def is_alices(house: House) -> None:
    await happens(house, says("!assign me", thread=card_of(house)))


async def test_whose_it_is_is_mailed_it_where_they_chose_that_and_it_rings_nowhere(house: House) -> None:
    await wants_mail(house, "replied-mine")
    await is_alices(house)
    posted = await comes_back(house)
    (one,) = notices(house)
    assert one["Subject"] == "[#1] Question" and "Its time came: it is to do again." in words_of(one)
    assert (rings(posted, ALICE), rings(posted, BOB)) == (0, 0)


async def test_who_put_off_what_nobody_has_is_mailed_it_too(house: House) -> None:
    await wants_mail(house, "replied-mine")
    await comes_back(house, by=ALICE)
    assert len(notices(house)) == 1


async def test_nothing_is_mailed_of_it_that_was_read_here_meanwhile(house: House) -> None:
    await wants_mail(house, "replied-mine")
    await is_alices(house)
    await happens(house, says("!snooze today 12:00", thread=card_of(house), sender=BOB), seconds=SOON)
    await house.settle((7200.0 - sum(SOON), 10.0))
    said = [one for one in house.homeserver.posted if "put it off until now" in str(one.content.get("body"))]
    await happens(house, reads(said[-1].event), seconds=SOON)
    assert notices(house) == []


async def test_it_is_said_in_the_direct_chat_alone_where_that_was_chosen(house: House) -> None:
    await invites(house, by=ALICE)
    await happens(house, says("!notify replied-mine direct"))
    await is_alices(house)
    posted = await comes_back(house)
    assert [one.room for one in posted if ALICE in str(one.content.get("m.mentions"))] == [DIRECT]
    assert "put it off until now" in said_in(house)[-1]


async def test_who_follows_it_is_told_as_they_chose_for_what_they_follow(house: House) -> None:
    await confirms(house)
    await happens(house, says("!notify followed email"), says("!follow", thread=card_of(house)))
    posted = await comes_back(house)
    put_off, back = notices(house)
    assert ["Its time came" in words_of(one) for one in (put_off, back)] == [False, True]
    assert (rings(posted, ALICE), rings(posted, BOB)) == (0, 1)


async def test_who_chose_nothing_is_mentioned_once(house: House) -> None:
    await is_alices(house)
    posted = await comes_back(house)
    assert (rings(posted, ALICE), rings(posted, BOB)) == (1, 0)


@pytest.mark.parametrize("word", ["!notify replied-mine off", "!notify mute"])
async def test_who_wants_to_hear_nothing_of_theirs_is_not_told(house: House, word: str) -> None:
    await is_alices(house)
    await happens(house, says(word))
    assert rings(await comes_back(house), ALICE) == 0


async def test_in_quiet_hours_it_rings_afterwards(house: House) -> None:
    await invites(house, by=ALICE)
    await is_alices(house)
    await asks(house, "!notify quiet 11:30-14:00", by=ALICE)
    assert rings(await comes_back(house), ALICE) == 0
    before = len(house.homeserver.posted)
    await house.settle(TWO_HOURS)
    (told,) = mentioned(house, before)
    assert "#1" in told or "Question" in told


async def test_who_has_left_is_not_mentioned(house: House) -> None:
    await happens(house, says("!snooze today 12:00", thread=card_of(house), sender=BOB), seconds=SOON)
    await happens(house, goes(house, BOB))
    before = len(house.homeserver.posted)
    await house.settle(TWO_HOURS)
    assert rings(house.homeserver.posted[before:], BOB) == 0


@pytest.mark.parametrize("whose", ["nobodys", "alices"])
async def test_what_somebody_put_off_who_has_left_since_rings_the_room_once(house: House, whose: str) -> None:
    if whose == "alices":
        await is_alices(house)
    await happens(house, says("!snooze today 12:00", thread=card_of(house)), seconds=SOON)
    await happens(house, goes(house, ALICE), seconds=SOON)
    phones = Phones(house)
    await house.settle(TWO_HOURS)
    assert phones.of(BOB) == 1
    await house.settle(TWO_HOURS)
    assert phones.of(BOB) == 1


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("is_followed", [False, True])
async def test_it_is_told_then_to_who_chose_to_hear_of_what_is_nobody_s(
    house: House, medium: str, is_followed: bool
) -> None:
    before = await has_chosen(house, f"replied-unassigned {medium}", mine=False)
    if is_followed:
        await happens(house, goes(house, CAROL, "join"), says("!follow", thread=card_of(house), sender=CAROL))
    await happens(house, says("!snooze today 12:00", thread=card_of(house)), seconds=SOON)
    await happens(house, goes(house, ALICE), seconds=SOON)
    assert told(house, before) == (0, 0, 0)
    await house.close()
    await house.open()
    await house.keeper.enter(DIRECT)
    await house.settle(TWO_HOURS)
    assert told(house, before) == (int(medium == "on"), int(medium == "direct"), int(medium == "email"))


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_whoever_put_it_off_and_is_there_hears_of_it_alone(house: House, medium: str) -> None:
    before = await has_chosen(house, f"replied-unassigned {medium}", mine=False)
    await happens(house, says("!snooze today 12:00", thread=card_of(house)), seconds=SOON)
    await house.settle(TWO_HOURS)
    assert told(house, before) == (0, 0, 0)
