"""A bot on the session's homeserver: its account, its folder, and rooms that a member made for it."""

import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.adapters.matrix import MatrixAccount, MatrixChat
from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.synapse import Synapse
from bot.domain.ids import RoomId
from bot.domain.inputs import ChatInput
from bot.domain.outcomes import Accepted
from tests.fakes.memory import FakeMemory

T = TypeVar("T")
_numbers = itertools.count(1)


@dataclass
class Bot:
    """A connected chat with its position, as the flow keeps it."""

    account: MatrixAccount
    memory: FakeMemory = field(default_factory=FakeMemory)
    """Goes on over restarts; give it to another process of the same bot."""
    _chat: MatrixChat | None = None
    since: str | None = None
    seen: list[ChatInput] = field(default_factory=list)

    @property
    def chat(self) -> MatrixChat:
        assert self._chat is not None, "not connected yet"
        return self._chat

    @chat.setter
    def chat(self, chat: MatrixChat) -> None:
        self._chat = chat

    async def connect(self) -> None:
        self._chat = await MatrixChat.connect(self.account, self.memory)

    async def close(self) -> None:
        if self._chat is not None:
            await self._chat.close()

    @property
    def user_id(self) -> str:
        return self.account.user_id

    async def news(self, *, timeout: float = 0) -> list[ChatInput]:
        """What one sync brings."""
        batch = await self.chat.sync(self.since, timeout=timeout)
        self.since = batch.next_batch
        self.seen += batch.inputs
        return list(batch.inputs)

    async def until(self, kind: type[T], *, syncs: int = 40) -> T:
        """The first input of that kind that comes; those before it are in `seen`."""
        for _ in range(syncs):
            for found in await self.news(timeout=1):
                if isinstance(found, kind):
                    return found
        raise AssertionError(f"no {kind.__name__} came; seen: {[type(found).__name__ for found in self.seen]}")

    async def restart(self) -> None:
        await self.close()
        await self.connect()

    async def enter(self, member: MatrixUser, **room: Any) -> RoomId:
        """A room that the member makes, the bot joined with level 50; the bot's position is behind the joining."""
        room_id = RoomId(
            await member.create_room(name="team", invite=[self.user_id], powers={self.user_id: 50}, **room)
        )
        if self.since is None:
            await self.news()
        assert isinstance(await self.chat.join(room_id), Accepted)
        await self.news(timeout=5)
        return room_id


NewBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
async def new_bot(synapse: Synapse, tmp_path: Path) -> AsyncIterator[NewBot]:
    """Makes accounts with a connected chat."""
    async with AsyncExitStack() as stack:

        async def make(name: str = "bot", *, is_connected: bool = True) -> Bot:
            user = f"{name}-{os.getpid()}-{next(_numbers)}"
            await synapse.register(user, "password")
            account = MatrixAccount(
                homeserver=synapse.base_url,
                user_id=synapse.user_id(user),
                password="password",
                device_name="Postroom",
                store_dir=tmp_path / user,
                pickle_key="pickle",
            )
            bot = Bot(account)
            stack.push_async_callback(bot.close)
            if is_connected:
                await bot.connect()
            return bot

        yield make


@pytest.fixture
async def bot(new_bot: NewBot) -> Bot:
    return await new_bot()
