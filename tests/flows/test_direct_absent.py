"""Whoever left a mailbox's room is told nothing of it in the direct chat that they keep, however it comes about."""

from dataclasses import replace

import pytest_asyncio

from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import reacts, redacts, says
from tests.flows.test_direct_news import news, of_bobs


@pytest_asyncio.fixture
async def kept(house: House) -> House:
    """Bob keeps his chat, whatever room he leaves; there he is told of what he follows."""
    house.instance = replace(house.instance, admins=(ALICE, BOB))
    house.step.settings.reload(house.instance)
    await invites(house)
    await asks(house, "!notify followed direct")
    await happens(house, says("!follow", thread=card_of(house), sender=BOB))
    return house


async def told_of_it(house: House, *done: object, leaves: bool) -> int:
    """How often Bob is told of what is done, once he has left the room or while he is there."""
    if leaves:
        await happens(house, goes(house, BOB))
    before = len(house.homeserver.posted)
    await happens(house, *done)
    return len(news(house, before))


async def test_a_note_where_it_is_still_his_and_closed(house: House) -> None:
    house.instance = replace(house.instance, admins=(ALICE, BOB))
    house.step.settings.reload(house.instance)
    await of_bobs(house, "noted-mine direct")
    notes = [says(f"!note {words}", thread=card_of(house)) for words in ("Vu", "Entre nous")]
    await happens(house, says("!close", thread=card_of(house)))
    assert await told_of_it(house, notes[0], leaves=False) == 1
    assert await told_of_it(house, notes[1], leaves=True) == 0


async def test_a_reaction_that_is_taken_away(kept: House) -> None:
    given = [reacts("✅", card_of(kept)) for _ in range(2)]
    await happens(kept, given[0])
    assert await told_of_it(kept, redacts(given[0].event), leaves=False) == 1
    await happens(kept, given[1])
    assert await told_of_it(kept, redacts(given[1].event), leaves=True) == 0


async def test_a_command_that_is_deleted(kept: House) -> None:
    given = [says("!spam", thread=card_of(kept)) for _ in range(2)]
    await happens(kept, given[0])
    assert await told_of_it(kept, redacts(given[0].event), leaves=False) == 1
    await happens(kept, given[1])
    assert await told_of_it(kept, redacts(given[1].event), leaves=True) == 0


async def test_he_is_told_in_the_chat_that_he_kept(kept: House) -> None:
    await happens(kept, goes(kept, BOB))
    assert await asks(kept, "!help"), "it goes on"
