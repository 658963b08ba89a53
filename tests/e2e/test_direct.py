"""A direct chat with the bot, on real servers: begun, asked in, told in, and ended by a third person."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from bot.demo.matrix_user import MatrixUser, RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, housed, replies_to, words


async def begun(house: House, who: MatrixUser) -> str:
    """As Element's "Start chat" makes it."""
    more = {"is_direct": True, "preset": "trusted_private_chat"}
    room = await who.create_room(name="", invite=[house.bot_id], extra=more)
    await heard(house, who, room, words("direct.what"))
    return room


async def heard(house: House, who: MatrixUser, room: str, said: str, to: str = "") -> RoomEvent:
    def is_it(one: RoomEvent) -> bool:
        return one.sender == house.bot_id and said in one.body and (not to or replies_to(one) == to or one.thread == to)

    return await who.wait_for(room, is_it, what=said)


async def test_a_member_asks_is_told_and_is_left_when_a_third_comes(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,), bob = house.desks, house.bob
        case = await house.case(desk, subject="Une inscription")
        await case.order("!assign me", who=bob)
        room = await begun(house, bob)

        async def asked(text: str, said: str) -> RoomEvent:
            return await heard(house, bob, room, said, await bob.say(room, text))

        mine = await asked("!list", "Une inscription")
        assert case.thread in str(mine.content["formatted_body"]), "the number leads to the thread"
        await asked("!chercher inscription", "Une inscription")
        await asked(f"!close #{case.number}", words("direct.in_its_thread"))
        await asked("!langue fr", words("language.set", "fr"))
        await asked("!notify replied-mine direct", words("notify.direct", "fr"))
        before = len(house.posted(desk.room, "news"))
        await case.more("Alors ?")
        told = await heard(house, bob, room, "Alors ?")
        assert told.content["m.mentions"] == {"user_ids": [bob.user_id]} and told.content["msgtype"] == "m.text"
        assert [one for one in house.posted(desk.room, "news")[before:] if one.content.get("m.mentions")] == []
        await house.bot.kill()
        await house.bot.start()
        await house.bot.healthy()
        await asked("!liste", "Une inscription")
        await bob.invite(room, house.alice.user_id)
        await heard(house, bob, room, words("direct.not_alone", "fr"))
        await bob.wait_until(lambda: _has_left(bob, room, house.bot_id), what="that the bot left")


async def test_a_chat_that_the_database_does_not_know_is_taken_up_after_a_start(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    """As after the restore of a backup that is older than the chat."""
    async with housed(synapse, dovecot) as house:
        (desk,), bob = house.desks, house.bob
        await house.case(desk, subject="Une inscription")
        room = await begun(house, bob)
        await house.bot.kill()
        with closing(sqlite3.connect(house.config.parent / "postroom.db")) as database, database:
            assert database.execute("DELETE FROM direct_chats").rowcount == 1
        await bob.sync()
        before = len(bob.events(room))
        await house.bot.start()
        await house.bot.healthy()

        def again() -> bool:
            return any(words("direct.what") in one.body for one in bob.events(room)[before:])

        await bob.wait_until(again, what="that the chat is one again")
        await heard(house, bob, room, "Une inscription", await bob.say(room, "!list unassigned"))


def _has_left(who: MatrixUser, room: str, bot: str) -> bool:
    return any(
        one.type == "m.room.member" and one.sender == bot and one.content.get("membership") == "leave"
        for one in who.events(room)
    )
