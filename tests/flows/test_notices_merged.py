"""A notification about what was merged shows the words that an answer to it would answer."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.two_mailboxes import restart
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
PAUL = "Paul <paul@example.org>"


async def bobs(house: House, occasion: str) -> None:
    """He is mailed of #1 for this alone; #2 is of Paul, and nobody's."""
    await confirms(house, HIS, BOB)
    his = reacts("✋", card_of(house), sender=BOB)
    await happens(house, his if occasion == "noted-mine" else says("!follow", thread=card_of(house), sender=BOB))
    await happens(house, says(f"!notify {occasion} email", sender=BOB))
    house.provider.deliver(mail(id="p1@example.org", sender=PAUL, subject="Devis", text="Zanzibar\n"))
    await house.settle(SOON)


def mailed(house: House) -> list[str]:
    return [words_of(one) for one in sent_to(house, HIS) if "[#" in one["Subject"]]


@pytest.mark.parametrize("occasion", ["noted-mine", "followed"])
@pytest.mark.parametrize(("thread", "merge"), [(1, "!merge #2"), (2, "!merge #1")])
async def test_whose_words_an_answer_answers_are_in_the_mail_once(
    house: House, occasion: str, thread: int, merge: str
) -> None:
    await bobs(house, occasion)
    await happens(house, says(merge, thread=card_of(house, thread)))
    await restart(house)
    await house.settle((*SOON, *SOON))
    (told,) = mailed(house)
    assert "With !reply it goes to paul@example.org." in told
    assert told.count("Zanzibar") == 1


async def test_also_in_a_later_mail_until_the_other_one_writes_again(house: House) -> None:
    await bobs(house, "noted-mine")
    await happens(house, says("!merge #1", thread=card_of(house, 2)), seconds=SOON)
    await happens(house, says("!note Vite", thread=card_of(house)), seconds=SOON)
    assert all(told.count("Zanzibar") == 1 for told in mailed(house))
    house.provider.deliver(mail(id="p2@example.org", sender=PAUL, reply_to="p1@example.org", text="Alors ?\n"))
    await house.settle((*NOW, *SOON))
    await happens(house, says("!note Encore", thread=card_of(house)), seconds=SOON)
    assert "Alors" in mailed(house)[-1]


@pytest.mark.parametrize("after", [5.0, 60.0, 110.0])
async def test_a_letter_that_is_merged_at_once_is_mailed_once_with_how_it_stands_where_it_goes_on(
    house: House, after: float
) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    for occasion in ("new", "replied-mine", "noted-mine"):
        await happens(house, says(f"!notify {occasion} email", sender=BOB))
    house.provider.deliver(mail(id="p1@example.org", subject="Suite", text="Zanzibar\n"), at=house.clock.now())
    await house.settle((0.0, after))
    await happens(house, says("!merge #1", thread=card_of(house, 2)), seconds=(0.0,))
    await house.settle((*SOON, *SOON, 600.0))
    (told,) = mailed(house)
    assert told.count("Zanzibar") == 1 and "merged" in told
    assert "Assigned to Bob (to do)" in told and "closed" not in told


async def test_what_else_is_new_where_it_goes_on_is_mailed_as_well(house: House) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    for occasion in ("new", "noted-mine"):
        await happens(house, says(f"!notify {occasion} email", sender=BOB))
    house.provider.deliver(mail(id="p1@example.org", subject="Suite", text="Zanzibar\n"), at=house.clock.now())
    await house.settle((0.0, 5.0))
    await happens(house, says("!merge #1", thread=card_of(house, 2)), seconds=(0.0,))
    await happens(house, says("!note Vite", thread=card_of(house)), seconds=(0.0,))
    await house.settle((*SOON, *SOON, 600.0))
    assert any("Vite" in told for told in mailed(house))
