"""Notes and talk that are deleted within somebody's quiet hours. The clock begins at ten in Paris."""

from dataclasses import replace

import pytest

from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import BOB
from tests.fakes.direct import DIRECT, asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mentioning
from tests.fakes.writing import edits, mail, reacts, redacts, says

WORDS = pytest.mark.parametrize("words", ["Elle ment", "!note Elle ment", "@bob Elle ment", "!note @bob Elle ment"])
MEDIA = pytest.mark.parametrize("medium", ["direct", "on"])


async def sleeps(house: House, *choices: str) -> None:
    """Bob has the conversation, and sleeps."""
    await invites(house)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    for one in (*choices, "quiet 9:30-12:00"):
        await asks(house, f"!notify {one}")


async def writes(house: House, words: str) -> TeamMessage:
    said = says(words, thread=card_of(house))
    await happens(house, said, seconds=(0.0, 4.0))
    return said


async def told(house: House, since: int) -> int:
    await house.settle((3 * 3600.0, 16.0))
    return len(mentioning(house, BOB, since))


@WORDS
@MEDIA
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_what_was_deleted_in_them_is_told_by_nothing(
    house: House, words: str, medium: str, is_restarted: bool
) -> None:
    await sleeps(house, f"noted-mine {medium}")
    before = len(house.homeserver.posted)
    said = await writes(house, words)
    if is_restarted:
        await house.close()
        await house.open()
        await house.keeper.enter(DIRECT)
    await happens(house, redacts(said.event))
    assert await told(house, before) == 0


async def test_nor_is_it_where_the_chat_ended_in_them(house: House) -> None:
    await sleeps(house, "noted-mine direct")
    before = len(house.homeserver.posted)
    said = await writes(house, "!note Elle ment")
    await happens(house, goes(house, BOB, room=DIRECT), redacts(said.event))
    assert await told(house, before) == 0


async def test_nor_are_two_of_them_deleted_late(house: House) -> None:
    await sleeps(house, "noted-mine direct")
    before = len(house.homeserver.posted)
    first, second = await writes(house, "Elle ment"), await writes(house, "!note Elle ment")
    await house.settle((3600.0,))
    await happens(house, redacts(first.event), redacts(second.event))
    assert await told(house, before) == 0


@pytest.mark.parametrize("words", ["Elle ment", "!note Elle ment"])
async def test_nor_is_what_names_them_by_an_edit_and_is_deleted(house: House, words: str) -> None:
    await sleeps(house, "noted-mine direct")
    before = len(house.homeserver.posted)
    said = await writes(house, words)
    await happens(house, edits(said.event, words.replace("Elle", "@bob Elle")))
    await happens(house, redacts(said.event))
    assert await told(house, before) == 0


@WORDS
@pytest.mark.parametrize("other", ["note", "talk", "mail", "close", "edit", "none"])
async def test_whatever_else_happened_in_them_is_told_once(house: House, words: str, other: str) -> None:
    await sleeps(house, "noted-mine direct", "replied-mine direct")
    before = len(house.homeserver.posted)
    said = await writes(house, words)
    match other:
        case "note" | "talk" | "close":
            await writes(house, {"note": "!note Vu", "talk": "Vu", "close": "!close"}[other])
        case "mail":
            house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Alors ?\n"))
            await house.settle(NOW)
        case "edit":
            await happens(house, edits(said.event, words.replace("ment", "a payé")))
        case _:
            pass
    if other not in ("edit", "none"):
        await happens(house, redacts(said.event))
    assert await told(house, before) == 1


async def test_a_note_of_somebody_else_that_is_deleted_by_an_admin_of_the_room_is_told_by_nothing(house: House) -> None:
    await sleeps(house, "noted-mine direct")
    before = len(house.homeserver.posted)
    said = await writes(house, "!note Elle ment")
    await happens(house, redacts(said.event, sender=BOB))
    assert await told(house, before) == 0


@pytest.mark.parametrize("whose", ["his", "nobody's"])
@pytest.mark.parametrize("chosen", [(), ("noted-mine on",), ("noted-mine direct",), ("noted-mine off",)])
@pytest.mark.parametrize("words", ["Bob , regarde", "!note Bob , regarde"])
async def test_whom_a_pill_names_in_them_is_told_once_after_them(
    house: House, words: str, chosen: tuple[str, ...], whose: str
) -> None:
    await sleeps(house, *chosen)
    if whose != "his":
        await happens(house, says("!assign nobody", thread=card_of(house)))
    before = len(house.homeserver.posted)
    await happens(house, says(words, thread=card_of(house), mentions=(BOB,)))
    assert mentioning(house, BOB, before) == [], "the message itself rings, or his phone knows his hours"
    assert await told(house, before) == 1


async def test_so_is_whom_a_pill_names_in_an_edit(house: House) -> None:
    await sleeps(house)
    await happens(house, says("!assign nobody", thread=card_of(house)))
    said = await writes(house, "Vite")
    before = len(house.homeserver.posted)
    await happens(house, replace(edits(said.event, "@bob Vite"), mentions=(BOB,)))
    assert await told(house, before) == 1
