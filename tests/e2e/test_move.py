"""A conversation goes over to another mailbox of its room, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import housed, words
from tests.e2e.letters import read


async def test_answers_leave_from_the_other_mailbox_and_mail_to_both_stays_in_the_thread(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=({}, {"beside": 0}), language="fr") as own:
        first, second = own.desks
        case = await own.case(first)
        wrong = await case.answer(await case.say("!déplacer nulle-part"))
        assert words("error.move_where", "fr") in wrong.body
        await case.order(f"!déplacer {second.address}", who=own.bob)
        await case.card("mailbox", second.address)
        again = await case.answer(await case.say(f"!move {second.address}"))
        assert words("error.move_there", "fr") in again.body
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        reply = await case.reply("Bonjour Marie.")
        await case.state(reply, "sent")
        assert second.address in str(read((await case.sent("Bonjour Marie.")).raw)["From"])
        await case.more()
        await own.alice.say(first.room, f"!move #{case.number} {first.address}")
        await case.card("mailbox", first.address)
