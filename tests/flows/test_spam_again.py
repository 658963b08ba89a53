"""A conversation that is spam again, because its closing is taken back, holds what was about to leave."""

import pytest

from bot.domain.ids import EventId
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, card_says
from tests.fakes.writing import reacts, redacts, says
from tests.flows.test_database_put_back import now

HELD = "is spam"


async def closed(house: House, *words: str, by_hand: bool) -> EventId:
    """Alice closes what is spam, and Bob says something before her word for it comes back."""
    await now(house, reacts("🚫", card_of(house), sender=BOB), seconds=SENT)
    word = reacts("✅", card_of(house)) if by_hand else says("!close", thread=card_of(house))
    await now(house, word, *(says(one, thread=card_of(house), sender=BOB) for one in words))
    assert card_says(house)["status"] == "closed"
    return word.event


async def taken_back(house: House, word: EventId) -> None:
    await now(house, redacts(word), seconds=SENT)
    assert card_says(house)["status"] == "spam"
    await house.close()
    await house.open()
    await house.settle(SENT)


@pytest.mark.parametrize("by_hand", [True, False])
async def test_a_forward_from_it_stays(house: House, by_hand: bool) -> None:
    word = await closed(house, "!forward paul@example.org Voici", by_hand=by_hand)
    await taken_back(house, word)
    assert house.provider.delivered == [] and any(HELD in one for one in answers_in(house))


@pytest.mark.parametrize("by_hand", [True, False])
async def test_an_answer_in_its_undo_window_stays(house: House, by_hand: bool) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    word = await closed(house, "!send", by_hand=by_hand)
    await taken_back(house, word)
    assert house.provider.delivered == [] and any(HELD in one for one in answers_in(house))


@pytest.mark.parametrize("by_hand", [True, False])
async def test_where_it_was_no_spam_before_everything_leaves(house: House, by_hand: bool) -> None:
    word = reacts("✅", card_of(house)) if by_hand else says("!close", thread=card_of(house))
    await now(house, word, says("!forward paul@example.org Voici", thread=card_of(house), sender=BOB))
    await now(house, redacts(word.event), seconds=SENT)
    assert len(house.provider.delivered) == 1
