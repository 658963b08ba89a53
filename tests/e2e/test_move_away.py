"""A conversation that goes to a mailbox of another room, and back, on real servers."""

from __future__ import annotations

from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import id_of, letter, new_id


async def _there(house: House, desk: Desk, message_id: str) -> RoomEvent:
    event = await house.mail_event(desk, message_id)
    assert event.thread is not None
    return event


async def test_it_is_worked_on_in_the_other_room_and_comes_back_to_its_thread(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=({}, {"undo_seconds": 2})) as own:
        here, there = own.desks
        await own.bob.leave(there.room)
        case = await own.case(here)
        # Once it answers there it knows who left.
        await answer(own, there.room, await own.alice.say(there.room, "!list"), "the list")
        refused = await case.answer(await case.say(f"!move {there.address}", who=own.bob))
        assert words("error.move_where") in refused.body and there.address not in refused.body

        await case.say("!assign me", who=own.bob)
        await case.card("assignee", own.bob.user_id)
        await own.alice.say(here.room, f"!move #{case.number} {there.address}")
        shown = await _there(own, there, case.message_id)
        await own.wait(here.room, lambda e: e.thread == case.thread and there.address in e.body, "the line left behind")
        card = own.alice.current(there.room, shown.thread or "")
        assert card is not None and card.postroom.get("assignee") is None

        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        told = await case.answer(await case.say("!reply Nobody reads this", who=own.bob))
        assert words("error.went") in told.body
        await own.alice.say(there.room, "!reply Bonjour de là-bas", thread=shown.thread)
        left = await case.sent("Bonjour de")
        assert left.sender == there.address
        later = letter(to=here.address, id=new_id(), answers=case.message_id)
        await own.deliver(here, later)
        assert (await _there(own, there, id_of(later))).thread == shown.thread
        newest = letter(to=there.address, id=new_id(), answers=id_of(left.raw))
        await own.deliver(there, newest)
        assert (await _there(own, there, id_of(newest))).thread == shown.thread

        await own.alice.say(there.room, f"!move {here.address}", thread=shown.thread)
        assert (await _there(own, here, id_of(newest))).thread == case.thread
        await case.card("mailbox", here.address)
        await case.order("!close", who=own.bob)
        assert not [mail for mail in own.sink.received if b"Nobody reads this" in mail.raw]


async def test_in_french_deleting_the_command_brings_it_back(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=({"undo_seconds": 60}, {}), language="fr") as own:
        here, there = own.desks
        case = await own.case(here)
        command = await case.say(f"!déplacer {there.address}")
        shown = await _there(own, there, case.message_id)
        await own.alice.redact(here.room, command)
        await case.card("mailbox", here.address)
        answered = await answer(
            own, there.room, await own.alice.say(there.room, "Encore là ?", thread=shown.thread), "that it went back"
        )
        assert words("error.went", "fr") in answered.body
        assert (await case.more()).thread == case.thread
