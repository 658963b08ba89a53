"""The floor to compare with: the same events as bare HTTP PUTs to the same homeserver, the same number at a time."""

from __future__ import annotations

import asyncio
import itertools
import time

import aiohttp

from bot.demo.stage import BOT_PASSWORD, Stage
from bot.flows.deliver import AT_A_TIME

_rooms = itertools.count(1)


async def floor(stage: Stage, contents: list[str]) -> float:
    """Seconds for these contents (JSON) of `m.room.message` into an empty room, by the bot's account."""
    async with aiohttp.ClientSession(base_url=stage.synapse.base_url) as session:
        identifier = {"type": "m.id.user", "user": "postroom"}
        login = {"type": "m.login.password", "identifier": identifier, "password": BOT_PASSWORD}
        async with session.post("/_matrix/client/v3/login", json=login) as answer:
            token = (await answer.json())["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        room = await stage.alice.create_room(name=f"floor {next(_rooms)}", powers={stage.bot_id: 50})
        for member in (stage.bob.user_id, stage.bot_id):
            await stage.alice.invite(room, member)
        await stage.bob.join(room)
        async with session.post(f"/_matrix/client/v3/rooms/{room}/join", json={}) as answer:
            answer.raise_for_status()
        waiting = iter(enumerate(contents))

        async def put() -> None:
            for number, content in waiting:
                path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/floor{number}"
                async with session.put(path, data=content.encode()) as answer:
                    await answer.read()
                    answer.raise_for_status()

        start = time.monotonic()
        await asyncio.gather(*(put() for _ in range(AT_A_TIME)))
        return time.monotonic() - start
