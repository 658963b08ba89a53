"""Two conversations become one, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed, words
from tests.e2e.letters import id_of, letter, new_id


async def test_mail_of_both_comes_to_the_second_until_they_are_split(house: House, desk: Desk) -> None:
    one, two = await house.case(desk, subject="Adhésion"), await house.case(desk, subject="Tarif")
    assert words("error.merge_which") in (await one.answer(await one.say("!merge"))).body
    await house.alice.say(desk.room, f"!merge #{one.number} #{two.number}")
    await one.card("goes_on_as", two.number)
    await one.card("status", "closed")
    raw = letter(to=desk.address, id=new_id(), text="Encore une chose.", answers=one.message_id)
    await house.deliver(desk, raw)
    assert (await house.mail_event(desk, id_of(raw))).thread == two.thread
    assert words("error.goes_on") in (await one.answer(await one.say("!reply Bonjour", who=house.bob))).body
    await one.say("!split", who=house.bob)
    await one.card("goes_on_as", None)
    await one.more("Et encore une.")


async def test_in_french_it_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        one, two = await own.case(desk), await own.case(desk)
        await one.say(f"!fusionner #{two.number}")
        await one.card("goes_on_as", two.number)
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        raw = letter(to=desk.address, id=new_id(), text="Encore.", answers=one.message_id)
        await own.deliver(desk, raw)
        assert (await own.mail_event(desk, id_of(raw))).thread == two.thread


async def test_scissors_on_a_mail_give_it_a_thread_where_later_answers_come(house: House, desk: Desk) -> None:
    case = await house.case(desk, subject="Adhésion")
    raw = letter(to=desk.address, id=new_id(), text="Tout autre chose.", answers=case.message_id)
    await house.deliver(desk, raw)
    there = await house.mail_event(desk, id_of(raw))
    assert there.thread == case.thread
    await case.react("✂️", to=there.event_id, who=house.bob)
    again = await house.wait(
        desk.room,
        lambda e: e.kind == "mail" and e.postroom.get("message_id") == id_of(raw) and e.thread != case.thread,
        "the mail in a thread of its own",
    )
    later = letter(to=desk.address, id=new_id(), text="Et encore.", answers=id_of(raw))
    await house.deliver(desk, later)
    assert (await house.mail_event(desk, id_of(later))).thread == again.thread
    assert words("error.split_first") in (await case.answer(await case.say("!split", reply_to=case.mail.event_id))).body
