"""Whoever comes to the new room some minutes after the bot is told of what concerned them meanwhile."""

import pytest

from bot.ports import Member
from storage import directs, timers
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, Posted
from tests.fakes.direct import DIRECT, asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mentioning
from tests.fakes.upgrading import NEW, PEOPLE, cards, made, upgraded
from tests.fakes.writing import mail, says
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"


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


async def is_held_before_it(house: House) -> None:
    """An answer comes in Bob's quiet hours, and the room is upgraded."""
    await invites(house)
    await is_bobs(house)
    await asks(house, "!notify quiet 10:00-11:00")
    await answer_comes(house)
    await goes_on(house)


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


@pytest.mark.parametrize("during", [True, False])
async def test_what_was_held_for_after_quiet_hours_before_it_is_told_once(house: House, during: bool) -> None:
    await is_held_before_it(house)
    before = len(house.homeserver.posted)
    if during:
        assert await comes(house) == []
        await house.settle((3600.0, 16.0))
    else:
        await house.settle((3600.0, 3600.0, 16.0))
        assert mentioning(house, BOB, before) == []
        await house.close()
        await house.open()
        house.homeserver.members[NEW] = PEOPLE
        await comes(house)
    (told,) = mentioning(house, BOB, before)
    assert "#1" in str(told.content["body"])
    await house.settle((3600.0, 3600.0))
    assert len(mentioning(house, BOB, before)) == 1
    assert await left_of(house) == []


async def test_what_waited_in_a_direct_chat_is_told_there_or_where_they_come_to(house: House) -> None:
    await invites(house)
    await is_bobs(house)
    await asks(house, "!notify replied-mine direct")
    house.homeserver.read_only.add(DIRECT)
    await answer_comes(house)
    await goes_on(house)
    before = len(house.homeserver.posted)
    house.homeserver.read_only.clear()
    await house.settle((300.0, 300.0, 900.0))
    assert mentioning(house, BOB, before) == []
    assert len(await comes(house)) == 1
    assert await left_of(house) == []


@pytest.mark.parametrize("seconds", [(30.0,), (600.0, 3600.0)])
async def test_what_is_mailed_to_them_is_mailed_once_they_are_there_and_not_told_besides(
    house: House, seconds: tuple[float, ...]
) -> None:
    await confirms(house, HIS, BOB)
    await is_bobs(house)
    await happens(house, says("!notify replied-mine email", sender=BOB))
    await goes_on(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle((0.0, *seconds))
    before = len(house.homeserver.posted)
    await comes(house)
    await house.settle(SOON)
    assert mentioning(house, BOB, before) == [] and len(sent_to(house, HIS)) == 2, "with the code's"
    await house.settle((3600.0, 3600.0))
    assert mentioning(house, BOB, before) == [] and len(sent_to(house, HIS)) == 2


async def test_for_who_does_not_come_within_a_day_nothing_rings_any_more(house: House) -> None:
    await is_held_before_it(house)
    before = len(house.homeserver.posted)
    await house.settle(tuple(3600.0 for _ in range(27)))
    assert mentioning(house, BOB, before) == []
    async with house.step.database.read() as tx:
        assert await timers.of_kind(tx, "quiet") == ()


async def left_of(house: House) -> list[object]:
    """What is kept still to be told to Bob."""
    async with house.step.database.read() as tx:
        held = await directs.held_news(tx, BOB)
        return [*held, *await timers.of_kind(tx, "quiet"), *await timers.of_kind(tx, "notice")]
