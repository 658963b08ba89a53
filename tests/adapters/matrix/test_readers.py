"""Who enters the circle of readers of a room is told; who is in it without an invitation reads nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.synapse import Synapse
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.trust import ReaderCame
from bot.domain.outcomes import Accepted
from tests.adapters.matrix.conftest import Bot, NewBot
from tests.conftest import NewMember
from tests.e2ee.hostile import HostileServer

GHOST = UserId("@ghost:localhost")


@pytest.fixture
async def hostile(synapse: Synapse) -> AsyncIterator[HostileServer]:
    async with HostileServer.before(synapse.base_url) as server:
        yield server


@pytest.fixture
async def bot(new_bot: NewBot, hostile: HostileServer) -> Bot:
    made = await new_bot(is_connected=False)
    made.account = replace(made.account, homeserver=hostile.url)
    await made.connect()
    return made


async def readers(bot: Bot, room: RoomId) -> frozenset[UserId]:
    return await bot.chat._machine.rooms.readers(room)


def came(bot: Bot) -> list[tuple[UserId, UserId | None, bool]]:
    return [(one.user, one.by, one.is_shut_out) for one in bot.seen if isinstance(one, ReaderCame)]


async def let_in(bot: Bot, room: RoomId, host: MatrixUser, guest: MatrixUser) -> None:
    await host.request("POST", f"/_matrix/client/v3/rooms/{room}/invite", {"user_id": guest.user_id})
    await guest.request("POST", f"/_matrix/client/v3/join/{room}", {})
    await bot.news(timeout=5)


async def test_who_is_there_at_the_first_sight_is_nobody_s_news_and_who_is_invited_later_is(
    bot: Bot, new_member: NewMember
) -> None:
    alice, carl = await new_member("alice"), await new_member("carl")
    room = await bot.enter(alice)
    assert await readers(bot, room) == {alice.user_id, bot.user_id}
    await let_in(bot, room, alice, carl)
    for name in ("Carl", "Carl B.", "Carl C."):
        path = f"/_matrix/client/v3/profile/{carl.user_id}/displayname"
        await carl.request("PUT", path, {"displayname": name})
    await bot.news(timeout=5)
    assert await readers(bot, room) == {alice.user_id, carl.user_id, bot.user_id}
    await bot.news()
    assert came(bot) == [(carl.user_id, alice.user_id, False)]

    # It is remembered by whatever process comes next, and who leaves and comes back is told again.
    await bot.restart()
    assert await readers(bot, room) == {alice.user_id, carl.user_id, bot.user_id}
    await carl.request("POST", f"/_matrix/client/v3/rooms/{room}/leave", {})
    await bot.news(timeout=5)
    assert await readers(bot, room) == {alice.user_id, bot.user_id}
    await let_in(bot, room, alice, carl)
    await readers(bot, room)
    await bot.news()
    assert [who for who, _, _ in came(bot)] == [carl.user_id, carl.user_id]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_who_comes_into_a_quiet_room_is_told_at_once(bot: Bot, new_member: NewMember, is_restarted: bool) -> None:
    """Nobody writes there: neither we, nor they."""
    alice, carl = await new_member("alice"), await new_member("carl")
    room = await bot.enter(alice)
    assert await readers(bot, room) == {alice.user_id, bot.user_id}
    if is_restarted:
        await bot.restart()
    await let_in(bot, room, alice, carl)
    await bot.news()
    assert came(bot) == [(carl.user_id, alice.user_id, False)]


async def test_who_reads_the_room_that_replaces_another_and_not_that_one_is_told(
    bot: Bot, new_member: NewMember
) -> None:
    alice, carl = await new_member("alice"), await new_member("carl")
    old = await bot.enter(alice)
    assert await readers(bot, old) == {alice.user_id, bot.user_id}
    new = await bot.enter(alice)
    await let_in(bot, new, alice, carl)
    bot.chat.succeed(old, new)
    assert await readers(bot, new) == {alice.user_id, carl.user_id, bot.user_id}
    await bot.news()
    assert came(bot) == [(carl.user_id, alice.user_id, False)]


@pytest.mark.parametrize("while_down", [False, True])
async def test_who_is_slipped_in_without_an_invitation_gets_no_keys_and_is_told(
    bot: Bot, hostile: HostileServer, new_member: NewMember, while_down: bool
) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    assert await readers(bot, room) == {alice.user_id, bot.user_id}

    def slip_in(path: str, answer: Any) -> Any:
        if path.endswith("/joined_members"):
            answer["joined"][GHOST] = {"display_name": "Ghost"}
        if "m.room.member" in path and "ghost" in path:
            from tests.e2ee.hostile import Status

            body = {
                "type": "m.room.member", "event_id": "$ghost", "sender": GHOST, "state_key": GHOST,
                "origin_server_ts": 1, "content": {"membership": "join"},
            }  # fmt: skip
            return Status(200, body)
        return answer

    hostile.change = slip_in
    if while_down:
        await bot.restart()
    bot.chat._machine.rooms.forget_members(room)
    assert await readers(bot, room) == {alice.user_id, bot.user_id}
    assert not await bot.chat._machine.rooms.is_reader(room, GHOST)
    await bot.news()
    assert came(bot) == [(GHOST, None, True)]


async def test_where_the_room_lets_people_in_by_a_rule_nobody_needs_an_invitation(
    bot: Bot, new_member: NewMember
) -> None:
    alice, carl = await new_member("alice"), await new_member("carl")
    room = await bot.enter(alice)
    await readers(bot, room)
    rules = {"join_rule": "public"}
    await alice.request("PUT", f"/_matrix/client/v3/rooms/{room}/state/m.room.join_rules/", rules)
    await carl.request("POST", f"/_matrix/client/v3/join/{room}", {})
    await bot.news(timeout=5)
    assert carl.user_id in await readers(bot, room)
    await bot.news()
    assert came(bot) == [(carl.user_id, None, False)]
    assert isinstance(await bot.chat.join(room), Accepted)
