"""Rules of the house through the whole bot: off, on, after a restart; taken back; on opening a conversation alone."""

from bot.domain.ids import EventId
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, reacts, redacts, says


async def comes(house: House, number: int, subject: str = "Question") -> dict[str, object]:
    house.provider.deliver(mail(id=f"r{number}@shop.example", sender=f"Shop <s{number}@shop.example>", subject=subject))
    await house.settle(NOW)
    return card_says(house, number)


async def test_a_new_one_is_off_until_it_is_switched_on_and_lasts(house: House) -> None:
    await happens(house, says("!rule add if from:@shop.example subject:facture then tag:compta assign:@bob"))
    assert "encore" not in answers_in(house)[-1] and "off" in answers_in(house)[-1]
    assert (await comes(house, 2, subject="Facture 2")).get("assignee") is None
    await happens(house, says("!rule on 1"))
    await house.close()
    await house.open()
    card = await comes(house, 3, subject="Votre facture")
    assert (card["assignee"], card["status"]) == (BOB, "active")
    assert (await comes(house, 4, subject="Bonjour")).get("assignee") is None
    await happens(house, says("!history", thread=card_of(house, 3)))
    assert "rules of the house: 1 (tag:compta assign:@" in str(house.homeserver.posted[-1].content["body"])


async def test_a_team_s_turns_go_round_and_who_is_gone_gets_nothing(house: House) -> None:
    await happens(
        house,
        says("!team add compta @alice @bob"),
        says("!rule add if from:@shop.example then assign:@compta"),
        says("!rule on 1"),
    )
    assert [(await comes(house, number)).get("assignee") for number in (2, 3, 4)] == [ALICE, BOB, ALICE]
    await happens(house, says("!team remove compta"))
    assert (await comes(house, 5)).get("assignee") is None


async def test_spam_and_closed_ring_nobody(house: House) -> None:
    await happens(house, says("!rule add if subject:offer then spam"), says("!rule on 1"))
    await happens(house, says("!rule add if subject:report then close"), says("!rule on 2"))
    assert (await comes(house, 2, subject="Offer"))["status"] == "spam"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"
    assert (await comes(house, 3, subject="Report"))["status"] == "closed"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"


async def test_a_later_mail_runs_no_rule_and_deleting_the_command_soon_takes_it_back(house: House) -> None:
    await happens(house, says("!rule add if from:marie then close"), says("!rule on 1"))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert card_says(house)["status"] == "active"
    other = says("!rule add if from:marie then spam")
    await happens(house, other, redacts(other.event), says("!rule on 2"), says("!rule off 1"))
    assert "2" in answers_in(house)[-2]
    house.provider.deliver(mail(id="m3@example.org"))
    await house.settle(NOW)
    assert card_says(house, 2)["status"] == "active"


def offer_in(house: House) -> EventId:
    return [e.event for e in house.homeserver.of_kind("receipt") if "To switch it on" in str(e.content["body"])][-1]


async def test_fields_of_the_header_are_looked_at_in_the_trial_and_in_what_comes(house: House) -> None:
    lists = (("List-Id", "=?utf-8?q?Les_=C3=A9chos?= <echos.example>"), ("X-Long", "x" * 900 + " " + "y" * 900))
    house.provider.deliver(mail(id="l2@echos.example", subject="Nouvelles", headers=lists, text="long " * 200_000))
    await house.settle(NOW)
    await happens(house, says('!rule add if header:list-id="les echos" then tag:liste'))
    trial = str(house.homeserver.of_kind("receipt")[-1].content["body"])
    assert "Of the last 2 mails it would have met 1." in trial and "#2 Nouvelles" in trial
    await happens(house, reacts("✅", offer_in(house), sender=BOB))
    house.provider.deliver(mail(id="l3@echos.example", subject="Trois", headers=lists))
    await house.settle(NOW)
    assert card_says(house, 3).get("tags") is None, "nobody else's ✅ counts"
    once = reacts("✅", offer_in(house), sender=ALICE)
    await happens(house, once, once)
    assert sum("Rule 1 is on" in one for one in answers_in(house)) == 1
    house.provider.deliver(mail(id="l4@echos.example", subject="Quatre", headers=lists))
    house.provider.deliver(mail(id="l5@echos.example", subject="Cinq", sender="Les échos <x@y.example>"))
    await house.settle(NOW)
    assert (card_says(house, 4).get("tags"), card_says(house, 5).get("tags")) == (["liste"], None)


async def test_a_word_switches_it_on_after_a_restart_and_a_deleted_command_offers_nothing(house: House) -> None:
    await happens(house, says("!règle ajouter si de:marie alors étiquette:une"))
    await house.close()
    await house.open()
    await happens(house, says("!oui"))
    assert "Rule 1 is on" in answers_in(house)[-1]
    command = says("!rule add if from:marie then spam")
    await happens(house, command, redacts(command.event), says("!yes"))
    assert "Nothing waits" in answers_in(house)[-1]
    await happens(house, says("!rule try 1"), says("!rule off 1"), says("!rule try 1"), says("!yes"))
    assert "Rule 1 is on" in answers_in(house)[-1]


async def test_a_mail_whose_bytes_are_gone_is_said_to_be_unknown(house: House) -> None:
    (kept,) = [one for one in (house.folder / "blobs").glob("??/*") if b"marie@example.org" in one.read_bytes()]
    kept.unlink()
    await happens(house, says("!rule add if header:x-shop then spam"))
    said = str(house.homeserver.of_kind("receipt")[-1].content["body"])
    assert "it would have met 0" in said and "The header of 1 of them" in said
