"""A bot and people with Element's SDK on the session's homeserver."""

import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.demo.servers.synapse import Synapse
from bot.domain.ids import RoomId
from bot.domain.outcomes import Accepted
from tests.adapters.matrix.conftest import Bot, NewBot, bot, new_bot
from tests.e2ee.element import INSTALL, NODE, Element
from tests.e2ee.hostile import HostileServer

__all__ = ["bot", "new_bot"]

_numbers = itertools.count(1)

NewElement = Callable[..., Awaitable[Element]]
Enter = Callable[..., Awaitable[RoomId]]


def need_sdk() -> None:
    """In CI it is an error where it is not installed; elsewhere the test is skipped, naming what installs it."""
    if not NODE.exists():
        told = f"matrix-js-sdk is not installed: `{INSTALL}` installs it"
        if os.environ.get("POSTROOM_CI"):
            pytest.fail(told, pytrace=False)
        pytest.skip(told)


@pytest.fixture
async def hostile(synapse: Synapse) -> AsyncIterator[HostileServer]:
    """Stands between the bot and its homeserver; honest until it is told otherwise."""
    async with HostileServer.before(synapse.base_url) as server:
        yield server


@pytest.fixture
async def deceived_bot(new_bot: NewBot, hostile: HostileServer) -> Bot:
    """A bot whose homeserver is the hostile one."""
    made = await new_bot(is_connected=False)
    made.account = replace(made.account, homeserver=hostile.url)
    await made.connect()
    return made


@pytest.fixture
async def new_element(synapse: Synapse) -> AsyncIterator[NewElement]:
    """`alice = await new_element("alice")`: a fresh account on Element's SDK; `user=` logs an old one in again."""
    need_sdk()
    async with AsyncExitStack() as stack:

        async def make(name: str, *, user: str = "", password: str = "password", cross_signing: bool = True) -> Element:
            if not user:
                user = f"{name}-js-{os.getpid()}-{next(_numbers)}"
                await synapse.register(user, password)
            return await stack.enter_async_context(
                Element.logged_in(synapse.base_url, user, password, cross_signing=cross_signing)
            )

        yield make


async def enter(
    bot: Bot,
    member: Element,
    *others: Element,
    version: str | None = None,
    encryption: Mapping[str, object] | None = None,
) -> RoomId:
    """An encrypted room of the member with the bot and others in it; all are joined."""
    invited = [bot.user_id, *(other.user_id for other in others)]
    answer = await member.do("createRoom", invite=invited, version=version, encryption=encryption)
    room = RoomId(answer["room"])
    if bot.since is None:
        await bot.news()
    assert isinstance(await bot.chat.join(room), Accepted)
    for other in others:
        await other.do("join", room=room)
    everybody = [bot.user_id, member.user_id, *(other.user_id for other in others)]
    for one in (member, *others):
        await one.do("awaitJoined", room=room, users=everybody)
    await bot.news(timeout=5)
    return room


async def knows(member: Element, bot: Bot) -> None:
    """Waits until the member's client has heard of the device of this process: what it says is encrypted for it, too."""
    await member.do("awaitDevice", user=bot.user_id, device=bot.chat.device_id)
