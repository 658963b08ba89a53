"""Before an answer leaves to an address from which two came back, its writer is asked."""

from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, reads, says

SENT = (0.0, 25.0, 16.0)


async def writes(house: House, words: str) -> int:
    """Mails that have left after Alice wrote this."""
    await happens(house, says(f"!reply {words}", thread=card_of(house)), seconds=SENT)
    return len(house.provider.delivered)


async def comes_back(house: House, number: int) -> None:
    ours = id_of(house.provider.delivered[-1][2])
    house.provider.deliver(bounce(ours, "marie@example.org", number))
    await house.settle(NOW)


async def test_the_third_answer_is_asked_about_after_a_restart_too_and_leaves_by_the_same_words(house: House) -> None:
    assert await writes(house, "One") == 1
    await comes_back(house, 1)
    assert await writes(house, "Two") == 2, "one that came back is no reason to ask"
    await comes_back(house, 2)
    await house.close()
    await house.open()
    assert await writes(house, "Three") == 2
    asked = house.homeserver.of_kind("receipt")[-1]
    assert "The last two mails to marie@example.org came back" in str(asked.content["body"])
    assert await writes(house, "Three") == 3
    # As far as anybody knows that one arrived.
    assert await writes(house, "Four") == 4


async def test_a_mail_of_theirs_ends_it(house: House) -> None:
    for number in (1, 2):
        assert await writes(house, f"Words {number}") == number
        await comes_back(house, number)
    house.provider.deliver(mail(id="m9@example.org", reply_to=id_of(house.provider.delivered[-1][2])))
    await house.settle(NOW)
    await happens(house, reads(mails_in(house)[-1].event))
    assert await writes(house, "You are back") == 3
