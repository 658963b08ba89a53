"""The floor to compare with: the same events as bare HTTP PUTs to the same homeserver, the same number at a time."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self

import aiohttp

from bot.demo.stage import Stage
from bot.flows.deliver.deliver import CHAT_AT_A_TIME


class Floor:
    """Bare PUTs by a member of the team into a room of its own, which the bot does not see."""

    def __init__(self, session: aiohttp.ClientSession, room: str) -> None:
        self._session = session
        self._path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message"
        self._transactions = itertools.count(1)
        self.events = 0
        """How many were put so far."""
        self.seconds = 0.0
        """How long that took."""

    @classmethod
    @asynccontextmanager
    async def opened(cls, stage: Stage) -> AsyncIterator[Self]:
        """A room with as many members as the one that the bot works in."""
        room = await stage.alice.create_room(name="floor")
        await stage.alice.invite(room, stage.bob.user_id)
        await stage.bob.join(room)
        headers = {"Authorization": f"Bearer {stage.alice.access_token}"}
        async with aiohttp.ClientSession(base_url=stage.synapse.base_url, headers=headers) as session:
            yield cls(session, room)

    async def put_for(self, seconds: float, contents: Sequence[str]) -> None:
        """Put these contents (JSON) of `m.room.message`, again and again, for so long."""
        waiting = itertools.cycle(contents)
        started = time.monotonic()

        async def put() -> None:
            while time.monotonic() - started < seconds:
                path = f"{self._path}/floor{next(self._transactions)}"
                async with self._session.put(path, data=next(waiting).encode()) as answer:
                    await answer.read()
                    answer.raise_for_status()
                self.events += 1

        await asyncio.gather(*(put() for _ in range(CHAT_AT_A_TIME)))
        self.seconds += time.monotonic() - started

    @property
    def per_second(self) -> float:
        return self.events / self.seconds
