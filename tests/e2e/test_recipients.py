"""Who gets an answer, and which mails are one, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import MARIE, addresses, letter, new_id, read

EVE = "eve@example.net"
LEA = "lea@mairie.example"


async def test_a_stranger_who_names_the_correspondent_gets_nothing_without_a_word(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    raw = letter(
        to=desk.address, id=new_id(), sender=f"Eve <{EVE}>", cc=MARIE, answers=case.message_id, text="Words of Eve"
    )
    await house.deliver(desk, raw)
    announced = await house.mail_event(desk, str(read(raw)["Message-ID"]).strip("<>"))
    await case.read(house.alice)

    question = await case.answer(await case.reply("Only for Marie, and secret."), "the question who gets it")

    assert f"Eve <{EVE}>" in announced.body
    assert f"Eve <{EVE}>" in question.body
    assert not [mail for mail in house.sink.received if b"and secret" in mail.raw]
    await case.say("!reply --others")
    mail = await case.sent("Only for Marie, and secret.")
    assert mail.recipients == (MARIE,)
    assert b"Words of Eve" not in mail.raw


async def test_a_word_writes_to_everybody_and_who_was_chosen_takes_part(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    await house.deliver(desk, letter(to=desk.address, id=new_id(), sender=EVE, cc=MARIE, answers=case.message_id))
    await house.mail_count(desk, len(house.posted(desk.room, "mail")) + 1)
    await case.read(house.alice)

    await case.say("!reply --all To the two of you.")

    mail = await case.sent("To the two of you.")
    assert sorted(mail.recipients) == sorted([EVE, MARIE])
    assert addresses(read(mail.raw)["To"]) == [EVE, MARIE]


async def test_whose_conversation_it_is_changes_and_the_next_answer_goes_there(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    told = await case.answer(await case.say(f"!customer Léa <{LEA}>"))
    assert words("customer.is_now") in told.body and LEA in told.body
    await case.state(await case.reply("For Lea alone."), "sent")
    mail = await case.sent("For Lea alone.")
    assert mail.recipients == (LEA,) and MARIE.encode() not in mail.raw
    card = house.alice.current(desk.room, case.thread)
    assert card is not None and LEA in card.body
    history = (await case.answer(await case.say("!history"))).body
    assert f"<{MARIE}> → Léa <{LEA}>" in history
    event = await house.bob.say(desk.room, f"!client #{case.number} personne")
    assert words("error.customer_whom") in (await answer(house, desk.room, event, "what is wrong")).body


async def test_one_mail_by_two_addresses_is_one_thread(house: House, own_desk: Desk) -> None:
    raw = letter(to=f"{own_desk.address}, {own_desk.alias}", id=new_id("two"))
    await house.case(own_desk, b"Received: by mx.example id AAA; Thu, 05 Nov 2026 19:40:01 +0100\r\n" + raw)

    await house.deliver(own_desk, b"Received: by mx.example id BBB; Thu, 05 Nov 2026 19:40:02 +0100\r\n" + raw)
    await house.quiet(own_desk)

    assert len(house.posted(own_desk.room, "mail")) == 2
    assert len(house.posted(own_desk.room, "conversation")) == 2


async def test_a_mail_that_comes_while_an_answer_waits_is_to_do(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{"undo_seconds": 20}]) as house:
        case = await house.case(house.desks[0])
        answer = await case.reply("Almost gone.")
        await case.state(answer, "queued")

        await case.more("Wait, one more thing.")

        await case.state(answer, "sent")
        await case.card("status", "active")
