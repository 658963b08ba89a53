"""Addresses of one person through the whole house: lists, later cards, a restart, a deletion; answers stay as they are."""

from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens
from tests.fakes.writing import mail, redacts, says

PAUL = "paul@example.org"


async def comes(house: House, number: int, sender: str) -> None:
    house.provider.deliver(mail(id=f"p{number}@example.org", subject=f"Matter {number}", sender=sender))
    await house.settle(NOW)


def card(house: House, number: int) -> str:
    return str(house.homeserver.current(card_of(house, number))["body"])


async def test_lists_and_later_cards_know_all_addresses_after_a_restart_too(house: House) -> None:
    await comes(house, 2, f"Paul <{PAUL}>")
    await happens(house, says(f"!who merge {PAUL}", thread=card_of(house)))
    assert "#2" in card(house, 1)
    await house.close()
    await house.open()
    await happens(house, says("!list from:marie@example.org"), says(f"!liste de:{PAUL}"), says("!qui #2"))
    for answer in answers_in(house)[-3:]:
        assert "#1" in answer and "#2" in answer
    assert "marie@example.org" in answers_in(house)[-1]
    await comes(house, 3, f"Paul <{PAUL}>")
    assert "#1" in card(house, 3) and "#2" in card(house, 3)
    await happens(house, says("!reply Bonjour", thread=card_of(house, 3)), seconds=(0.0, 25.0, 16.0))
    assert [list(one[1]) for one in house.provider.delivered] == [[PAUL]]
    await happens(house, says(f"!who split {PAUL}", thread=card_of(house)))
    await happens(house, says("!list from:marie@example.org"))
    assert "#1" in answers_in(house)[-1] and "#2" not in answers_in(house)[-1]
    assert "#2" not in card(house, 1)


async def test_deleted_soon_they_are_two_again(house: House) -> None:
    await comes(house, 2, f"Paul <{PAUL}>")
    said = says(f"!who merge {PAUL}", thread=card_of(house))
    await happens(house, said)
    await happens(house, redacts(said.event), seconds=(0.0, 1.0))
    assert "#2" not in card(house, 1)
    await comes(house, 3, f"Paul <{PAUL}>")
    assert "#1" not in card(house, 3) and "#2" in card(house, 3)


async def test_a_split_that_is_deleted_soon_makes_them_one_again(house: House) -> None:
    await comes(house, 2, f"Paul <{PAUL}>")
    await happens(house, says(f"!who merge {PAUL}", thread=card_of(house)), seconds=(0.0, 60.0))
    parted = says(f"!who split {PAUL}", thread=card_of(house))
    await happens(house, parted, seconds=(0.0,))
    await happens(house, says("!who #1"))
    assert "#2" not in answers_in(house)[-1]
    await happens(house, redacts(parted.event), says("!who #1"), seconds=(0.0,))
    assert "#2" in answers_in(house)[-1] and "#2" in card(house, 1)
    await happens(house, says(f"!who split {PAUL}", thread=card_of(house)), seconds=(0.0, 60.0))
    await happens(house, says(f"!who merge {PAUL}", thread=card_of(house)), says("!who #1"))
    assert "#2" in answers_in(house)[-1]


async def test_search_customer_and_new_know_all_addresses(house: House) -> None:
    await comes(house, 2, f"Paul <{PAUL}>")
    await comes(house, 3, "Zoé <zoe@example.org>")
    await happens(house, says(f"!who merge {PAUL}", thread=card_of(house)), says(f"!search from:{PAUL}"))
    assert "#1" in answers_in(house)[-1] and "#2" in answers_in(house)[-1] and "#3" not in answers_in(house)[-1]
    await happens(house, says("!search de:MARIE@example.org matter"))
    assert "#2" in answers_in(house)[-1] and "#1" not in answers_in(house)[-1]
    await happens(house, says("!search from:paul"))
    assert "#1" not in answers_in(house)[-1]
    await happens(house, says(f"!customer {PAUL}", thread=card_of(house, 3)))
    assert "#1" in card(house, 3) and "#2" in card(house, 3)
    await happens(house, says(f'!new {PAUL} "Devis"\nBonjour'), seconds=(0.0,))
    assert any("#1" in one and "#2" in one for one in answers_in(house)[-2:]), "what goes on with them is said"
    assert "#1" in card(house, 4) and "#2" in card(house, 4)
    await happens(house, says('!new marie@example.org "Devis"\nBonjour'), seconds=(0.0, 25.0, 16.0))
    assert sorted(list(one[1]) for one in house.provider.delivered) == [["marie@example.org"], [PAUL]]
