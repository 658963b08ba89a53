"""Rooms that are upgraded on a real homeserver: the bot asks, looks, and goes on in the new room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import WAIT, Case, Desk, House, answer, housed, until, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.stand_by import standing_by


async def upgrade(house: House, room: str, version: str = "11") -> str:
    """What the button in a client's room settings does; the new room."""
    path = f"/_matrix/client/v3/rooms/{room}/upgrade"
    return str((await house.alice.request("POST", path, {"new_version": version}))["replacement_room"])


async def told(house: House, key: str, what: str, room: str = "") -> RoomEvent:
    """The bot's sentence in the config room."""
    return await house.wait(room or house.config_room, lambda e: words(key) in e.body, what, timeout=WAIT)


async def cards_in(house: House, room: str, *numbers: int) -> dict[int, RoomEvent]:
    """Wait until exactly these conversations have their card in the room."""

    def found() -> dict[int, RoomEvent]:
        return {event.conversation or 0: event for event in house.posted(room, "conversation")}

    await house.alice.wait_until(lambda: set(numbers) <= set(found()), what=f"cards of {numbers} in the new room")
    assert len(house.posted(room, "conversation")) == len(found()), "no card twice"
    return found()


async def in_thread(house: House, room: str, root: str, key: str) -> RoomEvent:
    return await house.wait(room, lambda e: e.thread == root and words(key) in e.body, f"{key} in the thread")


async def is_member(house: House, room: str) -> bool:
    return house.bot_id in await house.alice.joined_members(room)


async def test_a_room_is_upgraded_and_the_work_goes_on_in_the_new_one(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{}], room_version="10") as house:
        (desk,) = house.desks
        first, closed = await house.case(desk), await house.case(desk)
        await closed.order("!close")

        new = await upgrade(house, desk.room)
        asked = await told(house, "upgrade.asked_mailbox", "the question in the config room")
        assert f"!upgrade {desk.address}" in asked.body
        assert new in asked.html
        assert asked.content["m.mentions"]["user_ids"] == [house.alice.user_id]

        confirmed = await house.alice.say(house.config_room, f"!upgrade {desk.address}")
        await told(house, "upgrade.refused.M_FORBIDDEN", "that it wants to be invited")
        assert not await is_member(house, new)

        await house.alice.invite(new, house.bot_id)
        await told(house, "upgrade.done", "that it is done")
        moved = replace(desk, room=new)
        await told(house, "upgrade.continues", "what the new room is", room=new)
        card = (await cards_in(house, new, first.number))[first.number]
        assert set(await cards_in(house, new)) == {first.number}
        pointer = await in_thread(house, new, card.event_id, "upgrade.thread_before")
        assert f"{desk.room}/{first.thread}" in pointer.html
        await house.wait(new, lambda e: e.kind == "board", "the board in the new room")
        await house.bot.healthy()
        assert confirmed

        # A mail to the closed conversation, in a thread of the new room.
        raw = letter(to=desk.address, id=new_id("late"), answers=closed.message_id)
        await house.deliver(desk, raw)
        mail = await house.mail_event(moved, id_of(raw))
        cards = await cards_in(house, new, first.number, closed.number)
        assert mail.thread == cards[closed.number].event_id
        await in_thread(house, new, cards[closed.number].event_id, "upgrade.thread_before")

        # An answer from the new room leaves, and what is written in the old one is not heard.
        there = Case(house, moved, card.event_id, card, first.message_id)
        await there.read(house.alice)
        reply = await there.reply("Depuis le nouveau salon.")
        await there.sent("Depuis le nouveau salon.")
        await there.state(reply, "sent")
        await house.alice.say(desk.room, "!close", thread=first.thread)

        # After a restart, with the old id still in config.yaml.
        assert await house.bot.stop() == 0
        await house.bot.start()
        await house.bot.healthy()
        again = letter(to=desk.address, id=new_id("again"), answers=first.message_id)
        await house.deliver(desk, again)
        assert (await house.mail_event(moved, id_of(again))).thread == card.event_id
        fresh = await house.case(moved)
        await fresh.order("!close")
        assert set(await cards_in(house, new)) == {first.number, closed.number, fresh.number}
        old_ids = [e.postroom.get("message_id") for e in house.posted(desk.room, "mail")]
        assert len(old_ids) == 2
        await there.card("status", "active")


async def test_a_tombstone_to_a_room_that_anybody_could_have_made_is_refused(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        trap = await house.alice.create_room(name="Trap", invite=[house.bot_id])
        await house.alice.put_state(desk.room, "m.room.tombstone", {"body": "moved", "replacement_room": trap})
        await told(house, "upgrade.asked_mailbox", "the question in the config room")

        await house.alice.say(house.config_room, "!upgrade")

        await told(house, "upgrade.refused.NO_PREDECESSOR", "that the new room is not what it says")

        async def has_left() -> bool:
            return not await is_member(house, trap)

        await until(has_left, "the bot having left the trap")
        await case.more()
        await house.bot.healthy()
        nothing = await house.alice.say(house.config_room, "!upgrade nobody@example.org")
        assert desk.address in (await answer(house, house.config_room, nothing, "which ones wait")).body


async def test_the_config_room_is_upgraded_to_the_newest_version(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as house:
        old = house.config_room
        new = await upgrade(house, old, "12")
        await told(house, "upgrade.asked_config", "the question in the old config room")
        await house.alice.invite(new, house.bot_id)
        await house.alice.say(old, "!upgrade config")

        await told(house, "upgrade.done", "that it is done, in the new config room", room=new)

        nothing = await house.alice.say(new, "!upgrade")
        await answer(house, new, nothing, "an answer to a command in the new config room")
        await house.bot.healthy()
        desk: Desk = house.desks[0]
        await house.case(desk)


@pytest.mark.slow
async def test_a_process_that_takes_over_goes_on_in_the_new_room(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    async with housed(synapse, dovecot, database=own_postgres) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        async with standing_by(house) as other:
            await other.start()
            new = await upgrade(house, desk.room)
            await house.alice.invite(new, house.bot_id)
            await told(house, "upgrade.asked_mailbox", "the question in the config room")
            await house.alice.say(house.config_room, "!upgrade")
            await told(house, "upgrade.done", "that it is done")
            card = (await cards_in(house, new, case.number))[case.number]

            await house.bot.kill()
            raw = letter(to=desk.address, id=new_id("taken"), answers=case.message_id)
            await house.deliver(desk, raw)

            print("waiting for the other process to take over")
            await other.healthy(timeout=90)
            mail = await house.mail_event(replace(desk, room=new), id_of(raw))
            assert mail.thread == card.event_id
            assert set(await cards_in(house, new)) == {case.number}
