"""A right that was taken away ends at once, also for what began before; and nobody learns of mailboxes by asking."""

from dataclasses import replace

from bot.domain.ids import MailboxId
from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens
from tests.fakes.upgrading import texts
from tests.fakes.writing import edits, mail, reacts, says
from tests.flows.test_bulk import question_in
from tests.flows.test_grants import OTHER, by_alice, by_bob, of_two

BESIDE = replace(MAILBOX, id=MailboxId("info@beside.example"), address="info@beside.example", aliases=())


async def _asked_back(house: House, body: str) -> TeamMessage:
    house.clock.forward(60)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)
    written = says(body, thread=card_of(house), sender=BOB)
    await happens(house, written)
    return written


async def test_a_question_of_before_sends_nothing_for_who_lost_send(house: House) -> None:
    await _asked_back(house, "!reply Bonjour")
    question = house.homeserver.of_kind("receipt")[-1].event
    await happens(house, by_alice("!revoke @bob send"))
    await happens(house, reacts("✅", question, sender=BOB), seconds=SENT)
    await happens(house, says("!yes", thread=card_of(house), sender=BOB), seconds=SENT)
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=SENT)
    assert house.provider.delivered == []
    assert any("the right “send”" in one for one in answers_in(house))
    await happens(house, by_alice("!grant @bob send"), reacts("✅", question, sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_an_answer_is_not_reworded_by_who_lost_send(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written, seconds=(0.0,))
    await happens(
        house, by_alice("!revoke @bob send"), edits(written.event, "!reply Autre", sender=BOB), seconds=(0.0,)
    )
    await happens(house, seconds=SENT)
    assert house.provider.delivered == []
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    (sent,) = house.provider.delivered
    assert "Autre" not in str(sent)


async def test_a_draft_is_not_reworded_by_who_may_write_notes_only(house: House) -> None:
    written = says("!draft Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written, by_alice("!grant @bob notes"), edits(written.event, "!draft Autre", sender=BOB))
    await happens(house, says("!send", thread=card_of(house)), seconds=SENT)
    (sent,) = house.provider.delivered
    assert "Autre" not in str(sent)


async def test_what_was_counted_before_is_not_done_for_who_lost_the_right(house: House) -> None:
    await happens(house, by_alice("!grant @bob delete"), says("!delete all", sender=BOB))
    question = question_in(house)
    await happens(house, by_alice("!revoke @bob delete"), reacts("✅", question, sender=BOB))
    assert card_says(house)["status"] == "active"
    assert "the right “delete”" in answers_in(house)[-1]
    await happens(house, says("!close all", sender=BOB, thread=card_of(house)), by_alice("!grant @bob notes"))
    await happens(house, says("!yes", sender=BOB, thread=card_of(house)))
    assert card_says(house)["status"] == "active"


async def test_a_list_holds_no_conversation_of_a_mailbox_where_the_right_is_lacking(house: House) -> None:
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(MAILBOX, BESIDE))
    await house.open()
    await happens(house, by_alice("!grant @bob delete info@beside.example"))
    card = card_of(house)
    await happens(house, says("!move info@beside.example", thread=card))
    house.clock.forward(60)
    house.provider.deliver(mail(id="m2@example.org", sender="Paul <paul@example.org>", subject="Autre"))
    await house.settle(NOW)
    await happens(house, says("!delete all", thread=card, sender=BOB), says("!yes", thread=card, sender=BOB))
    assert [card_says(house, number)["status"] for number in (1, 2)] == ["deleted", "active"]


async def test_nobody_learns_by_the_command_for_a_password_whether_an_address_is_a_mailbox_s(house: House) -> None:
    await of_two(house)
    for words in ("!mailbox password {}", "!mailbox password {} file", "!mailbox {} 1234", "!mailbox pasword {}"):
        told = []
        for address in (OTHER.address, "nobody@none.example"):
            said = len(texts(house))
            await happens(house, by_bob(words.format(address)))
            told.append([one.replace(address, "") for one in texts(house)[said:]])
        assert told[0] == told[1], words
