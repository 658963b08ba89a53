"""Plain talk for whom the chosen way is gone: by then they are mentioned, as for a note."""

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import DIRECT, goes
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import posts, says
from tests.flows.test_talk_told import MEDIA, has_chosen, talks, told

LOST = pytest.mark.parametrize("lost", ["address", "chat"])


async def loses(house: House, lost: str) -> int:
    """Bob chose a medium for notes in his conversation, and has it no more."""
    medium = "email" if lost == "address" else "direct"
    await has_chosen(house, f"noted-mine {medium}")
    gone = says("!email remove 1", sender=BOB) if lost == "address" else goes(house, BOB, room=DIRECT)
    await happens(house, gone)
    return len(house.homeserver.posted)


@LOST
@pytest.mark.parametrize("words", ["Marie a appelé.", "!note Marie a appelé.", "@bob Marie a appelé."])
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_whoever_lost_it_is_mentioned_once(house: House, lost: str, words: str, is_restarted: bool) -> None:
    before = await loses(house, lost)
    if is_restarted:
        await house.close()
        await house.open()
    await talks(house, words)
    assert told(house, before)[0] == 1


@LOST
async def test_whom_a_pill_rings_is_not_mentioned_besides(house: House, lost: str) -> None:
    before = await loses(house, lost)
    await talks(house, "Bob ?", mentions=(BOB,))
    assert told(house, before)[0] == 0


@LOST
@pytest.mark.parametrize("sender", [ALICE, BOB])
async def test_so_is_it_for_a_file_and_never_for_ones_own(house: House, lost: str, sender: UserId) -> None:
    before = await loses(house, lost)
    await happens(house, posts("scan.pdf", 100, thread=card_of(house), sender=sender))
    assert told(house, before)[0] == int(sender == ALICE)


@MEDIA
@pytest.mark.parametrize("mute", [False, True])
async def test_who_chose_a_mention_or_mutes_the_mailbox_is_not(house: House, medium: str, mute: bool) -> None:
    before = await loses(house, "chat")
    await happens(house, says("!notify noted-mine on", sender=BOB))
    if mute:
        await happens(house, says(f"!notify noted-mine {medium}", sender=BOB), says("!notify mute", sender=BOB))
    before = len(house.homeserver.posted)
    await talks(house)
    assert told(house, before)[0] == 0


@pytest.mark.parametrize("lost", ["address", "chat"])
async def test_nor_is_who_has_it_by_the_choice_of_an_admin_for_all(house: House, lost: str) -> None:
    before = await has_chosen(house)
    medium = "email" if lost == "address" else "direct"
    await happens(house, says(f"!notify everybody noted-mine {medium}"))
    gone = says("!email remove 1", sender=BOB) if lost == "address" else goes(house, BOB, room=DIRECT)
    await happens(house, gone)
    before = len(house.homeserver.posted)
    await talks(house)
    assert told(house, before)[0] == 0
