"""Whoever comes to the new room some minutes after the bot is told of what concerned them meanwhile."""

import pytest

from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, Posted
from tests.fakes.direct import DIRECT, asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mentioning
from tests.fakes.upgrading import NEW, cards, made, upgraded
from tests.fakes.writing import mail, says
from tests.flows.test_notices import SOON


async def goes_on(house: House) -> None:
    """In the new room, where Alice is and Bob is not yet."""
    made(house)
    house.homeserver.members[NEW] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW


async def answer_comes(house: House, number: int = 2) -> None:
    house.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(SOON)


async def comes(house: House) -> list[Posted]:
    """What mentions Bob once he is there."""
    before = len(house.homeserver.posted)
    await happens(house, goes(house, BOB, "join", NEW))
    return mentioning(house, BOB, before)


async def is_bobs(house: House) -> None:
    await happens(house, says("!assign me", thread=card_of(house), sender=BOB), seconds=(60.0,))


async def test_whose_conversation_was_answered_is_mentioned_once_with_its_number(house: House) -> None:
    await is_bobs(house)
    await goes_on(house)
    await answer_comes(house)
    await happens(house, says("!note Vite", thread=cards(house, NEW)[1].event, room=NEW))
    await house.settle((600.0,))
    (told,) = await comes(house)
    assert (
        told.room == NEW
        and told.content["body"] == "1 conversation has news for you from before you came to this room: #1."
    )
    assert await comes(house) == []


@pytest.mark.parametrize("word", ["!notify replied-mine off", "!notify mute", ""])
async def test_who_would_have_been_told_nothing_is_told_nothing(house: House, word: str) -> None:
    if word:
        await is_bobs(house)
        await happens(house, says(word, sender=BOB))
    await goes_on(house)
    await answer_comes(house)
    assert await comes(house) == []


async def test_where_nothing_happened_meanwhile_or_a_day_has_passed_nobody_is_told(house: House) -> None:
    await is_bobs(house)
    await answer_comes(house)
    await goes_on(house)
    assert await comes(house) == []
    await happens(house, goes(house, BOB, "leave", NEW))
    await house.settle((90_000.0,))
    await answer_comes(house, 3)
    assert await comes(house) == []


async def test_what_somebody_is_told_by_another_medium_is_told_as_well(house: House) -> None:
    await happens(house, says("!notify replied-unassigned email", sender=BOB))
    await goes_on(house)
    await answer_comes(house)
    assert len(await comes(house)) == 1


async def test_in_quiet_hours_it_is_told_after_them(house: House) -> None:
    await invites(house)
    await is_bobs(house)
    await asks(house, "!notify quiet 10:00-11:00")
    await goes_on(house)
    await answer_comes(house)
    assert await comes(house) == []
    before = len(house.homeserver.posted)
    await house.settle((3600.0, 16.0))
    told = mentioning(house, BOB, before)
    assert [one.room for one in told] == [DIRECT]
