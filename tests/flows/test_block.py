"""What is blocked comes in as spam without a word, until it is blocked no longer."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, edits, mail, redacts, says


def offer(number: int, sender: str = "offers@news.shop.example") -> bytes:
    return mail(id=f"offer{number}@shop.example", subject=f"Offer {number}", sender=sender)


async def status_of(house: House, number: int) -> str:
    await house.settle(NOW)
    return str(card_says(house, number)["status"])


@pytest.mark.parametrize("what", ["@shop.example", "offers@news.shop.example"])
async def test_mail_from_there_is_spam_and_rings_nobody(house: House, what: str) -> None:
    await happens(house, says(f"!block {what}"))
    house.provider.deliver(offer(1))
    assert await status_of(house, 2) == "spam"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"
    house.provider.deliver(offer(2, "marie@friend.example"))
    assert await status_of(house, 3) == "active"
    await happens(house, says(f"!unblock {what}"))
    house.provider.deliver(offer(3))
    assert await status_of(house, 4) == "active"


async def test_an_answer_from_there_wakes_nobody_and_a_bounce_is_told(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    await happens(house, says("!block @example.org"))
    ours = id_of(house.provider.delivered[0][2])
    house.provider.deliver(mail(id="m2@example.org", reply_to=ours))
    before = await status_of(house, 1)
    assert before == "pending"
    said = str(mails_in(house)[-1].content["body"])
    assert "blocked here" in said and "mail server" not in said
    house.provider.deliver(bounce(ours, "marie@example.org"))
    await house.settle(NOW)
    assert reply_state(house) == "bounced"


async def test_deleting_the_command_soon_ends_it_and_an_edit_does_nothing(house: House) -> None:
    command, other = says("!block @shop.example"), says("!block other@shop.example")
    await happens(house, command, edits(command.event, "!block @elsewhere.example"), redacts(command.event))
    house.provider.deliver(offer(1))
    assert await status_of(house, 2) == "active"
    await happens(house, other)
    await house.settle((30.0,))
    await happens(house, redacts(other.event))
    house.provider.deliver(offer(2, "other@shop.example"))
    assert await status_of(house, 3) == "spam"


async def test_it_lasts_over_a_restart_and_is_listed(house: House) -> None:
    await happens(house, says("!bloquer @shop.example"))
    await house.close()
    await house.open()
    await happens(house, says("!block"))
    assert "@shop.example" in answers_in(house)[-1]
    house.provider.deliver(offer(1))
    assert await status_of(house, 2) == "spam"


@pytest.mark.parametrize("words", ["!block marie@example.org", "!bloquer @example.org"])
async def test_an_answer_in_its_undo_window_to_who_is_blocked_stays_and_leaves_by_a_word(
    house: House, words: str
) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    await happens(house, says(words, sender=BOB), seconds=SENT)
    await house.close()
    await house.open()
    await house.settle(SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "held")
    assert any("marie@example.org was blocked since" in one for one in answers_in(house)[-2:])
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    assert (len(house.provider.delivered), reply_state(house)) == (1, "sent")


async def test_an_answer_to_others_or_written_after_the_block_leaves(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    await happens(house, says("!block @shop.example"), seconds=SENT)
    assert len(house.provider.delivered) == 1
    await happens(house, says("!block marie@example.org"), seconds=SENT)
    await happens(house, says("!reply Adieu", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 2
