"""Rules of the house, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import id_of, letter, new_id, read


async def test_a_rule_does_nothing_until_it_is_switched_on(house: House, desk: Desk) -> None:
    async def told(text: str, *, who: str = "alice") -> str:
        by = house.bob if who == "bob" else house.alice
        event = await by.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    async def shop(subject: str) -> bytes:
        return letter(to=desk.address, id=new_id(), sender="Shop <orders@shop.example>", subject=subject)

    assert words("error.no_right") in await told("!rule", who="bob")
    assert words("error.rule_how") in await told("!rule nonsense")
    assert words("error.no_rule") in await told("!rule on 9")
    before = await house.case(desk, await shop("Facture 1"))
    said = f"!rule add if from:@shop.example subject:facture then tag:compta assign:{house.bob.user_id}"
    event = await house.alice.say(desk.room, said)
    trial = await answer(house, desk.room, event, "the trial")
    assert f"#{before.number} Facture 1" in trial.body and words("rule.confirm") in trial.body
    off = await house.case(desk, await shop("Facture 2"))
    await off.card("tags", None)
    # Whoever did not give the command switches nothing on.
    await house.bob.react(desk.room, trial.event_id, "✅")
    await house.wait(desk.room, lambda e: words("bulk.others") in e.body, "that bob may not")
    await house.alice.react(desk.room, trial.event_id, "✅")
    await house.wait(desk.room, lambda e: words("rule.on") in e.body, "that it is on")
    on = await house.case(desk, await shop("Votre facture 3"))
    await on.card("tags", ["compta"])
    await on.card("assignee", house.bob.user_id)
    assert "tag:compta" in (await on.answer(await on.say("!history"))).body
    other = await house.case(desk, await shop("Bonjour"))
    await other.card("tags", None)
    assert words("rule.off") in await told("!rule off 1")
    late = await house.case(desk, await shop("Facture 4"))
    await late.card("tags", None)


async def test_spam_and_closed_by_words_of_the_header_and_of_the_subject(house: House, own_desk: Desk) -> None:
    desk = own_desk

    async def told(text: str) -> str:
        event = await house.alice.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    lists = b"List-Id: =?utf-8?q?Les_=C3=A9chos?=\r\n <echos.example>\r\n"
    first = await house.case(desk, lists + letter(to=desk.address, id=new_id(), subject="Nouvelles 1"))
    assert f"#{first.number} Nouvelles 1" in await told('!rule add if header:list-id="les échos" then spam')
    assert words("rule.on") in await told("!yes")
    await told("!rule add if subject:report then close")
    assert words("rule.on") in await told("!rule on 2")
    second = await house.case(desk, lists + letter(to=desk.address, id=new_id(), subject="Nouvelles 2"))
    await second.card("status", "spam")
    third = await house.case(desk, letter(to=desk.address, id=new_id(), subject="Report"))
    await third.card("status", "closed")
    await third.more()
    await third.card("status", "active")
    command = await house.alice.say(desk.room, "!rule add if subject:oops then spam")
    await answer(house, desk.room, command, "the third")
    assert "oops" in await told("!rule")
    assert words("rule.deleted") in await told("!rule delete 3")
    assert "oops" not in await told("!rule")


async def test_a_mail_is_passed_on_once_marked_and_no_automatic_one_is(house: House, own_desk: Desk) -> None:
    desk, to = own_desk, "colleague@home.example"
    for text in (f"!rule add if subject:urgent then forward:{to}", "!rule on 1"):
        await answer(house, desk.room, await house.alice.say(desk.room, text), text)
    robot = b"Auto-Submitted: auto-generated\r\n" + letter(to=desk.address, id=new_id(), subject="Urgent robot")
    kept = await house.case(desk, robot)
    await house.wait(
        desk.room, lambda e: e.thread == kept.thread and words("rule.stays_automatic") in e.body, "why it stays here"
    )
    case = await house.case(desk, letter(to=desk.address, id=new_id(), subject="Urgent", text="Vite, une question !"))
    mail = await house.sink.wait_for(lambda one: to in one.recipients, what="the mail that is passed on")
    sent = read(mail.raw)
    assert (sent["Subject"], sent["Auto-Submitted"], sent["X-Loop"]) == ("Fwd: Urgent", "auto-generated", desk.address)
    shown = await house.mail_event(desk, id_of(mail.raw))
    assert shown.thread not in (None, case.thread, kept.thread)
    assert to in (await case.answer(await case.say("!history"))).body
    raw = letter(to=desk.address, id=new_id(), sender=to, subject="Re: Fwd: Urgent", answers=id_of(mail.raw))
    await house.deliver(desk, raw)
    assert (await house.mail_event(desk, id_of(raw))).thread == shown.thread
    assert [one.recipients for one in house.sink.received if to in one.recipients] == [(to,)]


async def test_in_french_it_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        event = await own.alice.say(desk.room, "!règle ajouter si de:@shop.example alors étiquette:compta fermer")
        assert words("rule.confirm", "fr") in (await answer(own, desk.room, event, "the trial")).body
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        event = await own.alice.say(desk.room, "!oui")
        assert words("rule.on", "fr") in (await answer(own, desk.room, event, "that it is on")).body
        raw = letter(to=desk.address, id=new_id(), sender="Shop <orders@shop.example>", subject="Facture")
        case = await own.case(desk, raw)
        await case.card("status", "closed")
        await case.card("tags", ["compta"])
