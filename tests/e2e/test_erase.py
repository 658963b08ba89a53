"""A person is erased between a stop and a start: the room keeps no word of theirs, not even in an edit."""

from __future__ import annotations

import asyncio

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.copies import stopped
from tests.e2e.house import House, housed, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.test_backup import _postroom

SENDER = "Zora <zora@example.net>"


async def _empty_outbox(house: House) -> None:
    async with asyncio.timeout(60):
        while words("cli.outbox_empty") not in await _postroom(house, "outbox", "-c", str(house.config)):
            await house.alice.sync(timeout_ms=500)


async def test_the_room_keeps_no_word_of_an_erased_person(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        mine = letter(to=desk.address, id=new_id(), subject="Zanzibar", sender=SENDER, text="The zebra is late.\n")
        case = await house.case(desk, mine)
        await case.say("Zora calls often")
        await case.state(await case.reply("We look for the zebra."), "sent")
        await case.order("!close")
        other = await house.case(desk, subject="Quite another")
        await house.quiet(desk)
        await _empty_outbox(house)
        edits = await house.alice.relations(desk.room, case.thread, rel_type="m.replace")
        assert any("Zanzibar" in str(one.content) for one in edits), "the card was edited"

        async with stopped(house):
            erased = await _postroom(house, "gdpr", "erase", "-c", str(house.config), "--yes", "zora@example.net")
        assert words("cli.erase_proved") in erased
        await _empty_outbox(house)

        told = [one for one in await house.alice.messages(desk.room) if one.content]
        for word in ("zanzibar", "zora", "zebra"):
            assert [one.content for one in told if word in str(one.content).lower()] == [], word
        edits = await house.alice.relations(desk.room, case.thread, rel_type="m.replace")
        assert [one.content for one in edits if "Zanzibar" in str(one.content)] == []
        assert (await house.alice.event(desk.room, other.thread)).content

        again = letter(to=desk.address, id=new_id(), subject="Once more", sender=SENDER, answers=id_of(mine))
        anew = await house.case(desk, again)
        assert anew.number not in (case.number, other.number)
