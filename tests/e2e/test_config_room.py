"""A mailbox's own config room, on real servers: made, told of in it, and back when that room is upgraded."""

from __future__ import annotations

from contextlib import AsyncExitStack

import yaml

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, answer, housed, replies_to, until, words
from tests.e2e.test_read_again import read_again


async def entered(house: House, who: str) -> str:
    user = house.bob if who == "bob" else house.alice

    async def is_invited() -> bool:
        await user.sync()
        return bool(user.invites)

    await until(is_invited, "an invitation")
    room = next(iter(user.invites))
    await user.join(room)
    return room


async def test_it_is_made_by_its_people_told_of_in_it_and_ends_with_the_room(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=({}, {}), start=False) as house:
        given = yaml.safe_load(house.config.read_text())
        given["matrix"]["allow_insecure_secrets"] = True
        house.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await house.bot.start()
        await house.bot.healthy()
        first, other = house.desks
        bob, common = house.bob.user_id, house.config_room
        event = await house.alice.say(common, f"!grant {bob} edit password {first.address}")
        await answer(house, common, event, "what bob may")
        event = await house.bob.say(first.room, f"!mailbox config {first.address} new")
        done = await answer(house, first.room, event, "a room")
        own = await entered(house, "bob")
        assert own in done.body

        async def told(text: str) -> str:
            said = await house.bob.say(own, text)
            found = await house.bob.wait_for(
                own, lambda e: e.sender == house.bot_id and replies_to(e) == said, what=text, timeout=60.0
            )
            return found.body

        assert first.address in await told("!mailbox list")
        assert words("error.admins_only") in await told("!mailbox add new@other.example")
        assert "9" in await told("!mailbox set undo 9")
        await house.bob.say(own, "!mailbox password")
        await house.bob.wait_for(own, lambda e: "🔑" in e.body, what="the question", timeout=60.0)
        await house.bob.say(own, "not the one")
        refused = words("password.imap_refused")
        await house.bob.wait_for(own, lambda e: refused in e.body, what="a refusal", timeout=90.0)

        # It lasts over a restart, and ends with the room.
        await house.bot.kill()
        await house.bot.start()
        await house.bot.healthy()
        assert first.address in await told("!mailbox show")
        started = words("started.line")
        line = await house.bob.wait_for(own, lambda e: started in e.body, what="the line of the start", timeout=60.0)
        assert "1 of 1" in line.body
        await house.alice.wait_for(common, lambda e: "1 of 1" in e.body, what="the other's start", timeout=60.0)
        assert other.address not in "\n".join(e.body for e in house.bob.events(own))
        await house.bob.request("POST", f"/_matrix/client/v3/rooms/{own}/upgrade", {"new_version": "11"})
        gone = words("own_room.upgraded")
        await house.alice.wait_for(common, lambda e: gone in e.body, what="that it is told of here", timeout=60.0)


async def test_whoever_runs_it_no_more_is_put_out_or_the_room_is_given_up(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=({},), start=False) as house:
        given = yaml.safe_load(house.config.read_text())
        given["matrix"]["allow_insecure_secrets"] = True
        house.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await house.bot.start()
        await house.bot.healthy()
        (first,), bob, common = house.desks, house.bob.user_id, house.config_room

        async def does(text: str) -> str:
            event = await house.alice.say(common, text)
            return (await answer(house, common, event, text)).body

        async def membership(room: str) -> str:
            path = f"/_matrix/client/v3/rooms/{room}/state/m.room.member/{bob}"
            found = await house.alice.request("GET", path)
            assert isinstance(found, dict)
            return f"{found.get('membership')}: {found.get('reason', '')}"

        await does(f"!grant {bob} edit {first.address}")
        assert words("own_room.made") in await does(f"!mailbox config {first.address} new")
        own = await entered(house, "alice")
        assert await entered(house, "bob") == own
        await does(f"!revoke {bob} edit {first.address}")

        async def is_out() -> bool:
            return (await membership(own)).startswith("leave: ") and first.address in await membership(own)

        await until(is_out, "bob is put out, and told why")

        # Whoever had the room made has the bot's power in it.
        await does(f"!mailbox config {first.address} off")
        await does(f"!grant {bob} edit {first.address}")
        event = await house.bob.say(first.room, f"!mailbox config {first.address} new")
        await answer(house, first.room, event, "a room")
        await house.bob.sync()
        theirs = await entered(house, "bob")
        assert theirs != own
        await does(f"!revoke {bob} edit {first.address}")
        told = words("own_room.not_removed")
        await house.alice.wait_for(common, lambda e: told in e.body, what="that it is told of here", timeout=60.0)
        over = words("own_room.ends")
        await house.bob.wait_for(theirs, lambda e: over in e.body, what="that it is told there no more", timeout=60.0)


async def test_an_admin_who_is_taken_off_the_file_is_put_out_when_it_is_read_again(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=({},), start=False) as house:
        (first,), alice, bob, common = house.desks, house.alice, house.bob.user_id, house.config_room
        given = yaml.safe_load(house.config.read_text())
        given["admins"] = [alice.user_id, bob]
        house.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await house.bot.start()
        await house.bot.healthy()
        event = await alice.say(common, f"!mailbox config {first.address} new")
        await answer(house, common, event, "a room")
        own = await entered(house, "alice")
        await alice.request("POST", f"/_matrix/client/v3/rooms/{own}/invite", {"user_id": bob})
        assert await entered(house, "bob") == own
        said = await house.bob.say(own, "!mailbox list")
        await house.bob.wait_for(own, lambda e: replies_to(e) == said, what="that he is one", timeout=60.0)

        given["admins"] = [alice.user_id]
        await read_again(house, yaml.safe_dump(given, allow_unicode=True), "config_read_again")

        async def is_out() -> bool:
            found = await alice.request("GET", f"/_matrix/client/v3/rooms/{own}/state/m.room.member/{bob}")
            assert isinstance(found, dict)
            return found.get("membership") == "leave" and first.address in str(found.get("reason"))

        await until(is_out, "bob is put out, and told why")
        event = await alice.say(own, "!mailbox list")
        await alice.wait_for(own, lambda e: replies_to(e) == event, what="that the room is the mailbox's", timeout=60.0)


async def test_whoever_looks_after_the_room_stays_when_its_mailbox_is_back(synapse: Synapse, dovecot: Dovecot) -> None:
    """A moderation bot, with more power than ours in a room that was there before; a guest is put out."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(housed(synapse, dovecot, start=False))
        given = yaml.safe_load(house.config.read_text())
        given["matrix"]["allow_insecure_secrets"] = True
        house.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await house.bot.start()
        await house.bot.healthy()
        (first,), alice, warden, common = house.desks, house.alice, house.bob, house.config_room
        name = f"guest-{alice.user_id[1:].partition(':')[0]}"
        await synapse.register(name, "secret")
        guest = await stack.enter_async_context(MatrixUser.logged_in(synapse.base_url, name, "secret"))
        powers = {house.bot_id: 50, warden.user_id: 100}
        own = await alice.create_room(name="Ours", invite=[warden.user_id, guest.user_id], powers=powers)
        for user in (warden, guest):
            await user.join(own)
        await alice.invite(own, house.bot_id)

        async def is_member(user: MatrixUser) -> bool:
            return user.user_id in await alice.joined_members(own)

        async def bot_knows_them() -> bool:
            return '"members": 3, "event": "room_entered"' in house.bot.log.read_text()

        async def does(text: str, room: str) -> str:
            event = await alice.say(room, text)
            return (await answer(house, room, event, text)).body

        async def guest_is_out() -> bool:
            return not await is_member(guest)

        await until(bot_knows_them, "the bot, which has seen the three there")
        assert first.address in await does(f"!mailbox config {first.address} {own}", common)
        await does(f"!mailbox archive {first.address}", common)
        await does(f"!mailbox resume {first.address}", common)
        await until(guest_is_out, "the guest is put out")
        assert first.address in await does("!mailbox list", own)
        await house.bot.kill()
        await house.bot.start()
        await house.bot.healthy()
        assert first.address in await does("!mailbox list", own), "it is its own config room still"
        assert await is_member(warden)
