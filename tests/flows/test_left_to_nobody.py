"""Whom a conversation concerns hears that its colleague left the room, and that it is nobody's, or that what they wrote
there does not leave, through the whole bot."""

import pytest

from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import goes, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens, mentioning
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_grants import by_alice
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import confirms, sent_to
from tests.flows.test_talk_told import HIS, told


async def of_alice(house: House, medium: str, count: int = 1) -> int:
    """She has so many conversations, which Bob follows; how many events there were before."""
    for number in range(2, count + 1):
        house.provider.deliver(mail(id=f"n{number}@example.org", sender=f"P <p{number}@example.org>"))
    await house.settle(NOW)
    await invites(house)
    await confirms(house, HIS, BOB)
    for number in range(1, count + 1):
        await happens(house, reacts("✋", card_of(house, number), sender=ALICE))
        await happens(house, says("!follow", thread=card_of(house, number), sender=BOB))
    await happens(house, says(f"!notify followed {medium}", sender=BOB))
    await house.settle(SOON)
    return len(house.homeserver.posted)


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("how", ["leave", "ban"])
async def test_who_follows_it_is_told_once_by_what_they_chose(house: House, medium: str, how: str) -> None:
    before = await of_alice(house, medium)
    left = goes(house, ALICE, how)
    await happens(house, left)
    await house.close()
    await house.open()
    await happens(house, left)
    await house.settle((*SOON, *SOON))
    assert told(house, before) == (int(medium == "on"), int(medium == "direct"), int(medium == "email"))
    if medium == "email":
        (one,) = [words_of(one) for one in sent_to(house, HIS) if "[#" in one["Subject"]]
        assert "alice gave it up" in one and "Assigned to nobody" in one
    await happens(house, says("!history #1", sender=BOB))
    assert "gave it up" in answers_in(house)[-1]


async def test_of_several_it_is_one_line(house: House) -> None:
    before = await of_alice(house, "on", 3)
    await happens(house, goes(house, ALICE))
    (one,) = mentioning(house, BOB, before)
    assert one.room == ROOM and all(f"#{number}" in str(one.content["body"]) for number in (1, 2, 3))
    assert "m.relates_to" not in one.content


async def test_who_does_not_follow_it_or_has_left_before_is_told_nothing(house: House) -> None:
    before = await of_alice(house, "direct")
    await happens(house, goes(house, CAROL, "join"), goes(house, BOB))
    await happens(house, goes(house, ALICE))
    await house.settle(SOON)
    assert told(house, before) == (0, 0, 0)
    assert mentioning(house, CAROL, before) == []


async def test_in_quiet_hours_it_is_told_after_them(house: House) -> None:
    await of_alice(house, "on")
    hour = house.clock.now().hour
    await happens(house, says(f"!notify quiet {hour}:00-{(hour + 2) % 24}:00", sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, goes(house, ALICE))
    assert told(house, before) == (0, 0, 0)
    await house.settle((3600.0, 3600.0, 60.0))
    assert told(house, before) == (0, 1, 0)


async def writes_in_his(house: House, medium: str, count: int = 1) -> int:
    """Bob has so many conversations, in which Carol writes an answer each; how many events there were before."""
    for number in range(2, count + 1):
        house.provider.deliver(mail(id=f"n{number}@example.org", sender=f"P <p{number}@example.org>"))
    await house.settle(NOW)
    await invites(house)
    await confirms(house, HIS, BOB)
    await happens(house, goes(house, CAROL, "join"))
    for number in range(1, count + 1):
        await happens(house, reacts("✋", card_of(house, number), sender=BOB))
    await happens(house, says(f"!notify noted-mine {medium}", sender=BOB))
    await house.settle(SOON)
    for number in range(1, count + 1):
        await happens(house, says('!reply --at "tomorrow 9:00" À lundi', thread=card_of(house, number), sender=CAROL))
    return len(house.homeserver.posted)


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("how", ["leaves", "is revoked"])
async def test_whose_it_is_hears_once_that_an_answer_in_it_does_not_leave(house: House, medium: str, how: str) -> None:
    before = await writes_in_his(house, medium)
    await happens(house, goes(house, CAROL) if how == "leaves" else by_alice("!revoke @carol send"))
    await house.settle((*SOON, *SOON))
    assert told(house, before) == (int(medium == "on"), int(medium == "direct"), int(medium == "email"))
    here = [str(p.content["body"]) for p in house.homeserver.posted[before:] if p.room == ROOM and not p.is_edit]
    assert len([one for one in here if "of @\u2060carol:localhost does not leave:" in one]) == 1, "it is not said twice"
    if medium == "email":
        (one,) = [words_of(one) for one in sent_to(house, HIS) if "[#" in one["Subject"]]
        assert "does not leave" in one and "À lundi" not in one


async def test_of_several_that_do_not_leave_it_is_one_line(house: House) -> None:
    before = await writes_in_his(house, "on", 3)
    await happens(house, goes(house, CAROL))
    (one,) = mentioning(house, BOB, before)
    assert one.room == ROOM and all(f"#{number}" in str(one.content["body"]) for number in (1, 2, 3))
    assert "m.relates_to" not in one.content


async def test_who_has_it_and_asked_to_hear_nothing_of_it_does_not(house: House) -> None:
    before = await writes_in_his(house, "off")
    await happens(house, goes(house, CAROL))
    await house.settle(SOON)
    assert told(house, before) == (0, 0, 0)
