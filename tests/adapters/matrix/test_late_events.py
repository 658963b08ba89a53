"""What our homeserver learns late of another one: looked for where it was put, and taken from others alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.domain.inputs.said import TeamMessage
from tests.adapters.matrix.test_homeserver_faults import ROOM, Homeserver, connected, server

__all__ = ["server"]

JOINED = 1_000_000
MEMORY = datetime.fromtimestamp(2000, UTC)


def message(name: str, *, sender: str = "@carl:far", ms: int = 3_000_000) -> Mapping[str, object]:
    content = {"msgtype": "m.text", "body": name}
    return {
        "event_id": f"${name}",
        "sender": sender,
        "type": "m.room.message",
        "origin_server_ts": ms,
        "content": content,
    }


class Gap:
    """A sync whose timeline has a gap: `between` is found up to the saved position, `late` only beyond it."""

    def __init__(self, *late: Mapping[str, object], has_joined: bool = True) -> None:
        self.late = list(late)
        self.has_joined = has_joined
        self.walks = 0

    def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/sync"):
            timeline = {"limited": True, "prev_batch": "p", "events": [message("newest")]}
            return web.json_response({"next_batch": "s2", "rooms": {"join": {ROOM: {"timeline": timeline}}}})
        if "m.room.member" in request.path and self.has_joined:
            return web.json_response({"type": "m.room.member", "origin_server_ts": JOINED, "content": {}})
        if request.path.endswith("/messages"):
            if "to" in request.query:
                return web.json_response({"chunk": [message("between")]})
            self.walks += 1
            # As Synapse does: the first time something may be missing yet.
            missing = self.late[1:] if self.walks == 1 else self.late
            return web.json_response({"chunk": [message("between"), *missing]})
        return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)


async def read(server: Homeserver, folder: Path, gap: Gap, memory: datetime | None = MEMORY) -> list[str]:
    async with connected(server, folder) as chat:
        server.answer = gap
        batch = await chat.sync("s1", timeout=0, memory=memory)
        return [one.body for one in batch.inputs if isinstance(one, TeamMessage)]


async def test_what_came_late_is_read_before_what_is_newer(server: Homeserver, tmp_path: Path) -> None:
    gap = Gap(message("second"), message("first"))
    assert await read(server, tmp_path, gap) == ["first", "second", "between", "newest"]


async def test_only_what_others_did_since_we_remember_is_taken(server: Homeserver, tmp_path: Path) -> None:
    near = message("near", sender="@alice:hs")
    state = {**message("state"), "state_key": ""}
    gap = Gap(near, message("taken"), state, message("old", ms=1_999_999))
    assert await read(server, tmp_path, gap) == ["taken", "between", "newest"]


async def test_without_a_memory_nothing_is_looked_for(server: Homeserver, tmp_path: Path) -> None:
    assert await read(server, tmp_path, Gap(message("late")), None) == ["between", "newest"]


async def test_nothing_is_taken_where_it_is_unknown_when_we_joined(server: Homeserver, tmp_path: Path) -> None:
    assert await read(server, tmp_path, Gap(message("late"), has_joined=False)) == ["between", "newest"]


async def test_nothing_from_before_we_joined_is_taken(server: Homeserver, tmp_path: Path) -> None:
    gap = Gap(message("before", ms=JOINED - 1))
    assert await read(server, tmp_path, gap, datetime.fromtimestamp(0, UTC)) == ["between", "newest"]
