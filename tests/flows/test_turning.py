"""➡️ and ⬅️ on a page, and `!more`, through the whole house."""

from bot.domain.ids import EventId, UserId
from tests.fakes.chat import BOB, Posted
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, happens
from tests.fakes.writing import mail, reacts, says

PEOPLE = 25
ALL = set(range(2, PEOPLE + 1))


async def _filled(house: House) -> None:
    """With one mail each of many people, so that there are three pages of what is found."""
    for number in range(2, PEOPLE + 1):
        sender = f"P{number} <p{number}@example.org>"
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=sender, text="Une facture."))
    await house.settle((0.0, 16.0))


def pages(house: House) -> list[Posted]:
    return [one for one in house.homeserver.of_kind("answer") if "found ·" in str(one.content["body"])]


def numbers(shown: Posted) -> set[int]:
    return {n for n in range(1, PEOPLE + 1) if f"#{n} " in str(shown.content["body"])}


async def test_a_reaction_shows_the_next_page_where_the_first_stands_and_the_one_before(house: House) -> None:
    await _filled(house)
    asked = says("!search facture")
    await happens(house, asked)
    (first,) = pages(house)
    assert len(numbers(first)) == 10 and "➡️" in str(first.content["body"])
    forward = reacts("➡️", first.event, sender=BOB)
    await happens(house, forward, forward)
    _, second = pages(house)
    assert len(numbers(second)) == 10 and not numbers(second) & numbers(first)
    assert _root(second) == _root(first) == asked.event
    await house.close()
    await house.open()
    await happens(house, reacts("➡", second.event))
    third = pages(house)[-1]
    assert numbers(third) == ALL - numbers(first) - numbers(second) and "➡️" not in str(third.content["body"])
    # It is the last one: nothing stands behind it.
    await happens(house, reacts("➡️", third.event), reacts("👍", third.event))
    assert len(pages(house)) == 3
    await happens(house, reacts("⬅️", third.event))
    assert numbers(pages(house)[-1]) == numbers(second)


async def test_a_word_does_the_same_in_the_page_s_thread_and_for_one_s_own_last_page_elsewhere(house: House) -> None:
    await _filled(house)
    asked = says("!search facture")
    await happens(house, asked)
    await happens(house, says("!more", thread=asked.event, sender=BOB))
    first, second = pages(house)
    assert len(numbers(second)) == 10 and not numbers(second) & numbers(first) and _root(second) == asked.event
    here = card_of(house)
    # The second page was Bob's; a card's thread has none yet.
    await happens(house, says("!suite", sender=BOB))
    await happens(house, says("!more", sender=BOB))
    await happens(house, says("!more", thread=here))
    third = pages(house)[-1]
    assert numbers(third) == ALL - numbers(first) - numbers(second) and len(pages(house)) == 3
    assert [one for one in answers_in(house) if "no further page" in one] == answers_in(house)[-2:]
    await happens(house, says("!search facture", thread=here))
    await happens(house, says("!more", thread=here, sender=BOB))
    assert numbers(pages(house)[-1]) == numbers(second) and _root(pages(house)[-1]) == here
    await happens(house, says("!more", reply_to=first.event))
    assert numbers(pages(house)[-1]) == numbers(second)


async def test_nobody_who_is_not_in_the_room_is_shown_a_page(house: House) -> None:
    await _filled(house)
    await happens(house, says("!search facture"))
    (first,) = pages(house)
    for other in ("@eve:localhost", "@eve:elsewhere.example"):
        await happens(house, reacts("➡️", first.event, sender=UserId(other)))
    assert len(pages(house)) == 1


async def test_all_words_of_a_conversation_page_by_page(house: House) -> None:
    long = "Mot " * 3000
    await happens(house, says("!reply Merci.", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=f"Début. {long} Fin."))
    await house.settle((0.0, 16.0))
    await happens(house, says("!show all", thread=card_of(house), sender=BOB))
    words, seen = "", set[EventId]()
    while (shown := house.homeserver.of_kind("answer")[-1]).event not in seen:
        assert _root(shown) == card_of(house)
        seen.add(shown.event)
        words += str(shown.content["body"])
        await happens(house, reacts("➡️", shown.event))
    assert len(seen) == 4 and words.count("Mot") == 3000
    assert words.index("une question") < words.index("Début.") < words.index("Fin.") and "Merci." in words
    await happens(house, says("!voir tout #1 page:2"))
    assert "page 2 of 4" in answers_in(house)[-1]


async def test_a_list_has_pages_in_both_directions_too(house: House) -> None:
    await _filled(house)
    for number in range(PEOPLE + 1, 33):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P <p{number}@example.org>"))
    await house.settle((0.0, 16.0))
    await happens(house, says("!liste"))
    first = house.homeserver.of_kind("answer")[-1]
    await happens(house, reacts("➡️", first.event))
    second = house.homeserver.of_kind("answer")[-1]
    assert second.event != first.event and "#1 " in str(second.content["body"])
    await happens(house, reacts("⬅️", second.event))
    assert house.homeserver.of_kind("answer")[-1].content["body"] == first.content["body"]


def _root(shown: Posted) -> EventId | None:
    relation = shown.relation
    return EventId(str(relation["event_id"])) if relation.get("rel_type") == "m.thread" else None
