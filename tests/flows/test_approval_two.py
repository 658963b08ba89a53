"""Four eyes, two answers of one writer: what becomes of the one says nothing of the other."""

import pytest

from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import BOB
from tests.fakes.direct import goes
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mails_in, outgoing
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import edits, reacts, reads, says
from tests.flows import test_approval
from tests.flows.test_approval import has_chosen, is_taken_back, times_told
from tests.flows.test_database_put_back import now
from tests.flows.test_notices import SOON, notices, words_of

house = test_approval.house


async def first_is_told(house: House, medium: str, *more: str) -> TeamMessage:
    await has_chosen(house, f"noted-others {medium}", *more)
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    first = says("!reply Version un", thread=card_of(house), sender=BOB)
    await happens(house, first, seconds=SOON)
    return first


@pytest.mark.parametrize("how", ["deleted", "edited away"])
async def test_that_the_second_waits_is_mailed_though_the_first_was_taken_back(house: House, how: str) -> None:
    first = await first_is_told(house, "email")
    second = says("!reply Version deux", thread=card_of(house), sender=BOB)
    await happens(house, second, seconds=(2.0,))
    await is_taken_back(house, how, first)
    await house.settle((*SOON, *SOON))
    _, told = map(words_of, notices(house))
    new = told.partition("Before that:")[0]
    assert "took back" in new and "waits for somebody" in new and "Version deux" in new


@pytest.mark.parametrize("how", ["deleted", "!undo"])
async def test_a_second_that_was_taken_back_before_it_was_told_is_told_to_nobody(house: House, how: str) -> None:
    await first_is_told(house, "email")
    second = says("!reply Version deux", thread=card_of(house), sender=BOB)
    await happens(house, second, seconds=(2.0,))
    await is_taken_back(house, how, second)
    await house.settle((*SOON, *SOON))
    assert len(notices(house)) == 1


async def test_after_quiet_hours_the_one_of_two_that_waits_is_told(house: House) -> None:
    first = await first_is_told(house, "email", "quiet 9:30-12:00")
    second = says("!reply Version deux", thread=card_of(house), sender=BOB)
    await happens(house, second, seconds=(2.0,))
    await is_taken_back(house, "deleted", first)
    await house.settle((3 * 3600.0, 60.0, *SOON))
    (told,) = map(words_of, notices(house))
    assert "Version deux" in told.partition("Before that:")[0]


async def test_what_was_told_and_was_changed_and_taken_back_at_once_is_told_as_taken_back(house: House) -> None:
    first = await first_is_told(house, "email")
    await happens(house, goes(house, CAROL, "join"))
    await now(house, reacts("👍", outgoing(house)[0].event, sender=CAROL), seconds=(0.0,))
    await now(house, edits(first.event, "!reply Version deux", sender=BOB), seconds=(1.0,))
    await is_taken_back(house, "deleted", first)
    await house.settle((*SOON, *SOON))
    _, told = map(words_of, notices(house))
    assert "took back" in told


@pytest.mark.parametrize("how", ["deleted", "❌", "left"])
@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_who_heard_of_a_begun_conversation_hears_that_its_first_mail_was_taken_back(
    house: House, medium: str, how: str
) -> None:
    await has_chosen(house, f"new {medium}", "noted-others off")
    before = len(house.homeserver.posted)
    begun = says('!new paul@example.org "Devis"\nBonjour Paul', sender=BOB)
    await happens(house, begun, seconds=SOON)
    assert times_told(house, before) == 1
    await is_taken_back(house, how, begun)
    await house.settle((*SOON, *SOON))
    assert times_told(house, before) == 2


async def test_a_begun_conversation_whose_first_mail_is_taken_back_at_once_is_mailed_to_nobody(house: House) -> None:
    await has_chosen(house, "new email", "noted-others off")
    begun = says('!new paul@example.org "Devis"\nBonjour Paul', sender=BOB)
    await happens(house, begun, seconds=(1.0,))
    await is_taken_back(house, "deleted", begun)
    await house.settle((*SOON, *SOON))
    assert notices(house) == []
