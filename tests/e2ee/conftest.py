"""A bot and people with Element's SDK on the session's homeserver."""

import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

import pytest

from bot.demo.servers.synapse import Synapse
from bot.domain.ids import RoomId
from bot.domain.outcomes import Accepted
from tests.adapters.matrix.conftest import Bot, bot, new_bot
from tests.e2ee.element import INSTALL, NODE, Element

__all__ = ["bot", "new_bot"]

_numbers = itertools.count(1)

NewElement = Callable[..., Awaitable[Element]]
Enter = Callable[..., Awaitable[RoomId]]


@pytest.fixture
async def new_element(synapse: Synapse) -> AsyncIterator[NewElement]:
    """`alice = await new_element("alice")`: a fresh account on Element's SDK; `user=` logs an old one in again."""
    if not NODE.exists():
        told = f"matrix-js-sdk is not installed: `{INSTALL}` installs it"
        if os.environ.get("POSTROOM_CI"):
            pytest.fail(told, pytrace=False)
        pytest.skip(told)
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
    await bot.news(timeout=5)
    return room
