"""A colleague takes somebody's conversation, and gives it up again: whose it was hears that it is nobody's."""

import pytest

from bot.domain.inputs.said import Reaction
from tests.fakes.chat import BOB
from tests.fakes.direct import asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import card_of, card_says, happens, mentioning
from tests.fakes.writing import reacts, redacts, says
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
LATER = (3 * 3600.0, 16.0, *SOON)


async def bobs(house: House, medium: str, *more: str) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await invites(house)
    for choice in (f"noted-mine {medium}", *more):
        await asks(house, f"!notify {choice}")


async def taken(house: House, seconds: tuple[float, ...] = SOON) -> Reaction:
    given = reacts("✋", card_of(house))
    await happens(house, given, seconds=seconds)
    return given


def told(house: House, since: int) -> list[str]:
    return [str(p.content["body"]) for p in mentioning(house, BOB, since) if not p.is_edit]


def mailed(house: House) -> list[str]:
    return [words_of(one) for one in sent_to(house, HIS) if "[#" in one["Subject"]]


@pytest.mark.parametrize("medium", ["on", "direct"])
@pytest.mark.parametrize("how", ["✋", "!unassign"])
async def test_it_is_told_to_them_alone_and_once(house: House, medium: str, how: str) -> None:
    await bobs(house, medium)
    given = await taken(house)
    before = len(house.homeserver.posted)
    await happens(house, redacts(given.event) if how == "✋" else says(how, thread=card_of(house)))
    (one,) = told(house, before)
    assert "Alice gave it up" in one and card_says(house)["assignee"] is None
    rung = [p for p in house.homeserver.posted[before:] if p.content.get("m.mentions") and not p.is_edit]
    assert len(rung) == 1 and mailed(house) == []


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_it_is_told_as_well_where_a_whole_list_is_given_up(house: House, medium: str) -> None:
    await bobs(house, medium)
    await taken(house)
    before, mails = len(house.homeserver.posted), len(mailed(house))
    await happens(house, says("!unassign mine"), says("!yes"), seconds=SOON)
    assert card_says(house)["assignee"] is None
    assert len(told(house, before)) + len(mailed(house)[mails:]) == 1


async def test_who_chose_mail_is_mailed_both_in_one_mail_or_each_as_it_happens(house: House) -> None:
    await bobs(house, "email")
    given = await taken(house, (0.0, 5.0))
    await happens(house, redacts(given.event), seconds=SOON)
    (one,) = mailed(house)
    assert "Alice took it" in one and "Alice gave it up" in one and "Assigned to nobody" in one
    await happens(house, reacts("✋", card_of(house), sender=BOB), seconds=SOON)
    given = await taken(house)
    assert len(mailed(house)) == 2
    await happens(house, redacts(given.event), seconds=SOON)
    *_, one = mailed(house)
    assert len(mailed(house)) == 3 and "Alice gave it up" in one and "Assigned to nobody" in one


@pytest.mark.parametrize("medium", ["on", "email"])
async def test_in_quiet_hours_it_is_told_after_them_and_once(house: House, medium: str) -> None:
    await bobs(house, medium)
    given = await taken(house)
    await asks(house, "!notify quiet 9:30-12:00")
    before, mails = len(house.homeserver.posted), len(mailed(house))
    await happens(house, redacts(given.event), seconds=SOON)
    assert told(house, before) == [] and len(mailed(house)) == mails
    await house.settle(LATER)
    assert (len(told(house, before)), len(mailed(house)) - mails) == ((0, 1) if medium == "email" else (1, 0))


async def test_nobody_hears_of_what_was_given_or_nobody_s_or_is_done(house: House) -> None:
    await bobs(house, "on")
    await happens(house, says("!unassign", thread=card_of(house), sender=BOB))
    given = await taken(house)
    before = len(house.homeserver.posted)
    await happens(house, redacts(given.event))
    assert told(house, before) == []
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    given = await taken(house)
    await happens(house, says("!close", thread=card_of(house)), seconds=SOON)
    before = len(house.homeserver.posted)
    await happens(house, redacts(given.event))
    assert told(house, before) == []


async def test_nor_does_who_left_or_chose_to_hear_nothing_of_it(house: House) -> None:
    await bobs(house, "on")
    given = await taken(house)
    await asks(house, "!notify noted-mine off")
    before = len(house.homeserver.posted)
    await happens(house, redacts(given.event))
    assert told(house, before) == []
    await asks(house, "!notify noted-mine on")
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    given = await taken(house)
    await happens(house, goes(house, BOB))
    before = len(house.homeserver.posted)
    await happens(house, redacts(given.event))
    assert told(house, before) == []


async def test_who_gives_up_what_they_were_given_tells_nobody_and_never_themselves(house: House) -> None:
    await bobs(house, "on")
    await taken(house)
    await happens(house, says("!assign @bob", thread=card_of(house)))
    before = len(house.homeserver.posted)
    await happens(house, says("!unassign", thread=card_of(house), sender=BOB))
    assert told(house, before) == []
