"""A command for a whole list, counted and asked about, on real servers and in French."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, answer, housed, words


@pytest.fixture(scope="module")
async def french(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    """A house of its own: a list is of a whole room."""
    async with housed(synapse, dovecot, desks=({"undo_seconds": 60}, {}), language="fr") as one:
        yield one


async def test_what_was_counted_changes_after_check_mark_and_goes_back_with_the_command(french: House) -> None:
    desk = french.next_desk()
    cases = [await french.case(desk, subject=f"Facture {number}") for number in range(3)]
    other = await french.case(desk, subject="Une adhésion")
    command = await french.alice.say(desk.room, '!fermer libres "objet:facture"')
    question = await answer(french, desk.room, command, "the question")
    assert "3 conversations" in question.body and words("bulk.confirm", "fr") in question.body
    await french.bob.react(desk.room, question.event_id, "✅")
    refused = await answer(french, desk.room, question.event_id, "the refusal")
    assert words("bulk.others", "fr") in refused.body
    await french.alice.react(desk.room, question.event_id, "✅")
    for one in cases:
        await one.card("status", "closed")
    await other.card("status", "active")
    await french.alice.redact(desk.room, command)
    for one in cases:
        await one.card("status", "active")


async def test_yes_after_a_restart_and_not_after_an_edit(french: House) -> None:
    desk = french.next_desk()
    one, two = await french.case(desk, subject="Facture"), await french.case(desk, subject="Devis")
    edited = await french.alice.say(desk.room, "!fermer toutes")
    await answer(french, desk.room, edited, "the question")
    await french.alice.edit(desk.room, edited, "!fermer objet:devis")
    await french.wait(desk.room, lambda e: words("bulk.edited", "fr") in e.body, "that nothing was done")
    question = await two.answer(await two.say("!confier moi objet:devis"))
    assert re.search(r"#\d+ · Devis", question.body)
    await french.bot.kill()
    await french.bot.start()
    await french.bot.healthy()
    await two.say("!oui")
    await two.card("assignee", french.alice.user_id)
    await one.card("assignee", None)
    await one.card("status", "active")
