"""The space of an organisation, on a real homeserver: what is in it, who gets in, who is put out again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.demo.matrix_user import MatrixRefused, MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, housed, until

NewMember = Callable[[str], Awaitable[MatrixUser]]
_MINE: Mapping[str, object] = {"organisation": "Mon Asso"}
_OTHER: Mapping[str, object] = {"organisation": "Les Voisins"}


async def hierarchy(member: MatrixUser, space: str) -> set[str]:
    """The rooms that a member is shown in a space."""
    answer = await member.request("GET", f"/_matrix/client/v1/rooms/{quote(space, safe='')}/hierarchy")
    return {room["room_id"] for room in answer["rooms"]} - {space}


async def spaces_among(member: MatrixUser, rooms: frozenset[str] | set[str]) -> dict[str, list[str]]:
    """The spaces by name among rooms that somebody is in."""
    found: dict[str, list[str]] = {}
    for room in rooms:
        created = await member.state(room, "m.room.create")
        if created.get("type") == "m.space":
            name = (await member.state(room, "m.room.name"))["name"]
            found.setdefault(str(name), []).append(room)
    return found


async def joined_rooms(member: MatrixUser) -> set[str]:
    return set((await member.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"])


async def membership(member: MatrixUser, space: str, user: str) -> str:
    try:
        return str((await member.state(space, "m.room.member", user))["membership"])
    except MatrixRefused as refused:
        if refused.status != 404:
            raise
        return "none"


async def enter(member: MatrixUser, room: str, by: MatrixUser) -> None:
    await by.invite(room, member.user_id)
    await member.join(room)


async def space_of(house: House, name: str) -> str:
    """The admin goes into every space that the bot invites her to; the one of that name."""
    spaces: dict[str, list[str]] = {}

    async def is_there() -> bool:
        nonlocal spaces
        await house.alice.sync()
        for room in house.alice.invites:
            await house.alice.join(room)
        spaces = await spaces_among(house.alice, await joined_rooms(house.alice))
        return name in spaces

    await until(is_there, f"the space of {name}")
    (space,) = spaces[name]
    return space


async def shows(member: MatrixUser, space: str, rooms: set[str]) -> None:
    now: set[str] = set()

    async def so() -> bool:
        nonlocal now
        now = await hierarchy(member, space)
        return now == rooms

    await until(so, f"a space with {len(rooms)} rooms")


async def children(member: MatrixUser, space: str) -> dict[str, Any]:
    path = f"/_matrix/client/v3/rooms/{quote(space, safe='')}/state"
    events: Any = await member.request("GET", path)
    return {e["state_key"]: e["content"] for e in events if e["type"] == "m.space.child" and e["content"]}


async def test_an_organisation_has_one_space_with_its_rooms_and_its_people(
    synapse: Synapse, dovecot: Dovecot, new_member: NewMember
) -> None:
    carol, dan = await new_member("carol"), await new_member("dan")
    async with housed(synapse, dovecot, desks=[_MINE, _MINE, _OTHER], start=False) as house:
        first, second, other = (desk.room for desk in house.desks)
        await enter(carol, first, house.alice)
        await enter(dan, other, house.alice)
        await house.bot.start()
        await house.bot.healthy()

        mine, theirs = await space_of(house, "Mon Asso"), await space_of(house, "Les Voisins")

        # What is in it.
        await shows(house.alice, mine, {first, second})
        await shows(house.alice, theirs, {other})
        own = house.bot_id.partition(":")[2]
        assert await children(house.alice, mine) == {
            room: {"via": [own], "suggested": True} for room in (first, second)
        }
        parent = {"via": [own], "canonical": True}
        await until(lambda: _parent(house.alice, first, mine, parent), "a room that names its space")

        # It is closed, and nobody talks there.
        assert (await house.alice.state(mine, "m.room.join_rules"))["join_rule"] == "invite"
        assert (await house.alice.state(mine, "m.room.history_visibility"))["history_visibility"] == "joined"
        assert (await house.alice.state(mine, "m.room.guest_access"))["guest_access"] == "forbidden"
        assert (await house.alice.state(mine, "m.room.power_levels"))["users"][house.alice.user_id] == 100

        # Members of its rooms come in; members of others' do not even see it.
        await until(lambda: _is(house.alice, mine, carol.user_id, "invite"), "an invitation for carol")
        await until(lambda: _is(house.alice, theirs, dan.user_id, "invite"), "an invitation for dan")
        await until(lambda: _is(house.alice, mine, house.bob.user_id, "invite"), "an invitation for bob")
        await carol.join(mine)
        assert await hierarchy(carol, mine) == {first}
        with pytest.raises(MatrixRefused) as refused:
            await carol.say(mine, "hello")
        assert refused.value.errcode == "M_FORBIDDEN"
        for stranger, space in ((dan, mine), (carol, theirs)):
            assert await membership(house.alice, space, stranger.user_id) == "none"
            with pytest.raises(MatrixRefused) as refused:
                await hierarchy(stranger, space)
            assert refused.value.status == 403
            with pytest.raises(MatrixRefused):
                await stranger.join(space)

        # A restart makes nothing twice, also where the database is lost.
        before = await joined_rooms(house.alice)
        events = len(await house.alice.messages(mine))
        assert await house.bot.stop() == 0
        await house.bot.start()
        await house.bot.healthy()
        await house.quiet(house.desks[0])
        assert await house.bot.stop() == 0
        (house.folder / "postroom.db").unlink()
        for rest in house.folder.glob("postroom.db-*"):
            rest.unlink()
        await house.bot.start()
        await house.bot.healthy()
        await enter(dan, second, house.alice)
        await until(lambda: _is(house.alice, mine, dan.user_id, "invite"), "an invitation for dan, who came")
        await house.alice.sync()
        assert house.alice.invites <= before
        assert await joined_rooms(house.alice) == before
        # One invitation more, and nothing else.
        await house.quiet(house.desks[0])
        assert len(await house.alice.messages(mine)) == events + 1

        # Who leaves the rooms is put out of the space; who stays in one of them stays.
        await enter(carol, second, house.alice)
        await carol.leave(first)
        await dan.leave(second)
        await until(lambda: _is(house.alice, mine, dan.user_id, "leave"), "dan's invitation taken back")
        assert await membership(house.alice, mine, carol.user_id) == "join"
        await house.alice.kick(second, carol.user_id)
        await until(lambda: _is(house.alice, mine, carol.user_id, "leave"), "carol out of the space")
        assert (await house.alice.state(mine, "m.room.member", carol.user_id))["reason"]
        with pytest.raises(MatrixRefused) as refused:
            await hierarchy(carol, mine)
        assert refused.value.status == 403


async def test_a_space_of_room_version_12_gives_the_admins_what_power_there_is(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    del synapse  # asked for since it tells when Synapse is not installed
    async with (
        Synapse.started(tmp_path / "synapse", limits="off", room_version="12", storage="memory") as newest,
        housed(newest, dovecot, desks=[_MINE]) as house,
    ):
        (desk,) = house.desks
        space = await space_of(house, "Mon Asso")

        await shows(house.alice, space, {desk.room})
        assert (await house.alice.state(space, "m.room.create"))["room_version"] == "12"
        assert (await house.alice.state(space, "m.room.power_levels"))["users"] == {house.alice.user_id: 100}
        await until(lambda: _is(house.alice, space, house.bob.user_id, "invite"), "bob's invitation")


async def _is(member: MatrixUser, space: str, user: str, wanted: str) -> bool:
    return await membership(member, space, user) == wanted


async def _parent(member: MatrixUser, room: str, space: str, wanted: Mapping[str, object]) -> bool:
    try:
        return await member.state(room, "m.space.parent", space) == wanted
    except MatrixRefused as refused:
        if refused.status != 404:
            raise
        return False


async def test_a_space_follows_the_configuration_and_takes_no_commands(
    synapse: Synapse, dovecot: Dovecot, new_member: NewMember
) -> None:
    carol = await new_member("carol")
    async with housed(synapse, dovecot, desks=[_MINE, _MINE], start=False) as house:
        first, second = (desk.room for desk in house.desks)
        await enter(carol, second, house.alice)
        await house.bot.start()
        await house.bot.healthy()
        space = await space_of(house, "Mon Asso")
        await shows(house.alice, space, {first, second})
        await until(lambda: _is(house.alice, space, carol.user_id, "invite"), "an invitation for carol")
        said = await house.alice.say(space, "!help")

        assert await house.bot.stop() == 0
        text = house.config.read_text("utf-8")
        head, _, tail = text.rpartition("  organisation: Mon Asso\n")
        house.config.write_text(head + tail, "utf-8")
        await house.bot.start()
        await house.bot.healthy()

        await shows(house.alice, space, {first})
        await until(lambda: _is(house.alice, space, carol.user_id, "leave"), "carol's invitation taken back")
        # The space is told first and the room after it: two writes of one call.
        await until(lambda: _parent(house.alice, second, space, {}), "a room that no longer names the space")
        await house.quiet(house.desks[0])
        answers = [e for e in await house.alice.messages(space) if e.type in ("m.room.message", "m.reaction")]
        assert [e.event_id for e in answers] == [said]
        assert house.bot_id in await house.alice.joined_members(space)
