"""What is split off before it was mailed is mailed of the conversation that it is now, to those who were to get it."""

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_split import EVE, mail_event

WORDS = "Une tout autre affaire.\n"


async def comes(house: House, id: str = "e1@else.example", seconds: tuple[float, ...] = NOW) -> None:
    house.provider.deliver(mail(id=id, sender=EVE, subject="Re: Question", reply_to="m1@example.org", text=WORDS))
    await house.settle(seconds)


async def is_split_off(house: House, by: UserId = BOB, id: str = "e1@else.example") -> None:
    await happens(house, reacts("✂️", mail_event(house, id), sender=by), seconds=SOON)


async def test_who_was_to_be_mailed_it_is_mailed_it_with_the_number_that_it_has_now(house: House) -> None:
    await wants_mail(house)
    await comes(house)
    await is_split_off(house)
    (one,) = notices(house)
    assert one["Subject"].startswith("[#2] ")
    assert WORDS.strip() in words_of(one)
    assert card_of(house, 2).lstrip("$") in words_of(one, "html")


async def test_whose_conversation_it_came_to_is_mailed_it_though_it_is_nobodys_now(house: House) -> None:
    await wants_mail(house, "replied-mine")
    await happens(house, says("!assign me", thread=card_of(house)))
    await comes(house)
    await is_split_off(house)
    assert [one["Subject"][:5] for one in notices(house)] == ["[#2] "]


async def test_who_was_mailed_it_before_is_mailed_nothing_again(house: House) -> None:
    await wants_mail(house)
    await comes(house, seconds=SOON)
    assert len(notices(house)) == 1
    await is_split_off(house)
    assert len(notices(house)) == 1


async def test_who_splits_it_off_or_wants_no_such_mail_gets_none(house: House) -> None:
    await wants_mail(house)
    await comes(house)
    await is_split_off(house, by=ALICE)
    await happens(house, says("!notify replied-unassigned none"), says("!notify noted-unassigned email"))
    await comes(house, "e2@else.example")
    await is_split_off(house, id="e2@else.example")
    assert notices(house) == []


async def test_another_mail_of_the_same_delay_is_mailed_of_its_own_conversation(house: House) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Je suis toujours là.\n"))
    await comes(house)
    await is_split_off(house)
    found = {one["Subject"][:4]: words_of(one) for one in notices(house)}
    assert sorted(found) == ["[#1]", "[#2]"]
    assert "toujours" in found["[#1]"] and "toujours" not in found["[#2]"]
    assert WORDS.strip() not in found["[#1]"] and WORDS.strip() in found["[#2]"]


async def test_what_was_mailed_before_is_not_new_where_it_is_split_off_beside_something_new(house: House) -> None:
    """A note is mailed of the conversation in which it stands, and says nothing of what was split off."""
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await comes(house, seconds=SOON)
    await happens(house, says("!note Voyez", thread=card_of(house), sender=BOB), seconds=NOW)
    await is_split_off(house)
    assert [one["Subject"][:4] for one in notices(house)] == ["[#1]", "[#1]"]
