"""How a space is made and found again, by what goes over the wire."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from aiohttp import web

from bot.adapters.matrix.requests import Homeserver
from bot.adapters.matrix.spaces import create_space, find_space
from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import Made, Refused, TryLater
from bot.ports import Unavailable

US, OTHER = UserId("@bot:hs"), UserId("@mallory:hs")


def created(organisation: object, sender: str = US) -> dict[str, object]:
    return {"sender": sender, "content": {"type": "m.space", "org.postroom": {"space": organisation}}}


@dataclass
class Server:
    """Rooms by id with their first events; `answer` is what `createRoom` gets."""

    rooms: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    answer: object = field(default_factory=lambda: {"room_id": "!new:hs"})
    bodies: list[dict[str, object]] = field(default_factory=list)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/createRoom"):
            self.bodies.append(json.loads(await request.read()))
            return web.json_response(self.answer, status=self.status)
        if request.path.endswith("/joined_rooms"):
            return web.json_response({"joined_rooms": [*self.rooms, 7, "nonsense"]}, status=self.status)
        room = unquote(request.path).split("/rooms/")[1].split("/")[0]
        found = self.rooms[room]
        if found is None:
            return web.json_response({"errcode": "M_FORBIDDEN"}, status=403)
        return web.json_response(found)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def homeserver(server: Server) -> AsyncIterator[Homeserver]:
    runner = web.ServerRunner(web.Server(server))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (address,) = runner.addresses
    one = Homeserver(f"http://127.0.0.1:{address[1]}")
    yield one
    await one.close()
    await runner.cleanup()


async def test_a_space_is_found_by_our_mark_alone(server: Server, homeserver: Homeserver) -> None:
    server.rooms = {
        "!a:hs": created("Asso", OTHER),
        "!b:hs": created("asso"),
        "!c:hs": created({"Asso": 1}),
        "!d:hs": {"sender": US, "content": {"org.postroom": "Asso"}},
        "!e:hs": None,
        "!g:hs": created("Asso"),
        "!h:hs": created("Asso"),
    }
    assert await find_space(homeserver, US, "Asso") == "!g:hs"
    assert await find_space(homeserver, US, "Other") is None


async def test_the_content_alone_is_enough(server: Server, homeserver: Homeserver) -> None:
    server.rooms = {"!a:hs": {"creator": OTHER, "org.postroom": {"space": "Asso"}}}
    assert await find_space(homeserver, US, "Asso") is None
    server.rooms = {"!a:hs": {"org.postroom": {"space": "Asso"}}}
    assert await find_space(homeserver, US, "Asso") == "!a:hs"


async def test_an_answer_that_is_nonsense_is_not_taken_for_no(server: Server, homeserver: Homeserver) -> None:
    server.rooms = {"!a:hs": []}
    with pytest.raises(Unavailable):
        await find_space(homeserver, US, "Asso")


async def test_where_nobody_tells_our_rooms_none_is_made(server: Server, homeserver: Homeserver) -> None:
    server.status = 500
    with pytest.raises(Unavailable):
        await find_space(homeserver, US, "Asso")


async def test_a_space_is_made_closed_and_with_our_mark(server: Server, homeserver: Homeserver) -> None:
    assert await create_space(homeserver, "Asso") == Made(RoomId("!new:hs"))

    (body,) = server.bodies
    assert body["creation_content"] == {"type": "m.space", "org.postroom": {"space": "Asso"}}
    assert (body["name"], body["preset"], body["visibility"]) == ("Asso", "private_chat", "private")
    assert "invite" not in body, "one admin whose server is away would keep the space from being made"


async def test_what_the_server_says_to_it_has_its_meaning(server: Server, homeserver: Homeserver) -> None:
    server.status, server.answer = 403, {"errcode": "M_FORBIDDEN", "error": "no rooms"}
    assert await create_space(homeserver, "Asso") == Refused("M_FORBIDDEN", "no rooms")
    server.status, server.answer = 429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}
    assert await create_space(homeserver, "Asso") == TryLater("429", "", after=2.0)
    server.status, server.answer = 502, {}
    assert await create_space(homeserver, "Asso") == TryLater("http 502", is_outage=True)
