"""A rule of the house that opens conversations in another room, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import answer, housed, replies_to, words
from tests.e2e.letters import id_of, letter, new_id


async def test_in_french_what_it_fits_is_opened_there_until_its_maker_leaves(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=({}, {"undo_seconds": 1}), language="fr") as own:
        here, there = own.desks

        def mail(subject: str) -> bytes:
            return letter(to=here.address, id=new_id(), subject=subject)

        nowhere = await own.alice.say(here.room, "!règle ajouter si objet:facture alors salon:nobody@monasso.org")
        assert words("error.rule_room", "fr") in (await answer(own, here.room, nowhere, "that there is none")).body
        event = await own.alice.say(here.room, f"!règle ajouter si objet:facture alors salon:{there.address}")
        trial = (await answer(own, here.room, event, "the trial")).body
        assert words("rule.opens", "fr") in trial
        event = await own.alice.say(here.room, "!oui")
        assert words("rule.on", "fr") in (await answer(own, here.room, event, "that it is on")).body
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        raw = mail("Facture 1")
        await own.deliver(here, raw)
        shown = await own.mail_event(there, id_of(raw))
        assert shown.thread is not None
        await own.wait(
            there.room,
            lambda e: e.thread == shown.thread and words("rule.opened_here", "fr") in e.body,
            "which rule it was",
        )
        await own.alice.say(there.room, "!répondre Bien reçu.", thread=shown.thread)
        left = await own.sink.wait_for(lambda one: b"Bien re" in one.raw, what="the answer")
        assert left.sender == there.address
        await own.quiet(here)
        assert not [one for one in own.seen(here.room) if "Facture 1" in one.body]

        await own.alice.leave(there.room)
        # Once it answers there it knows who left.
        listed = await own.bob.say(there.room, "!liste")
        await own.bob.wait_for(there.room, lambda e: replies_to(e) == listed, what="the list")
        case = await own.case(here, mail("Facture 2"))
        await own.wait(
            here.room,
            lambda e: e.thread == case.thread and words("rule.opens_unreachable", "fr") in e.body,
            "why it stays here",
        )
