"""A homeserver that does not know our position is asked without one, for what came after what we remember."""

from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.inputs.said import TeamMessage
from bot.ports import TokenRefused
from tests.adapters.matrix.test_homeserver_faults import ROOM, Homeserver, connected, server
from tests.adapters.matrix.test_late_events import MEMORY, message

__all__ = ["server"]


def _forgetful(request: web.BaseRequest) -> web.StreamResponse:
    """It knows no position of before; its timeline is cut, and /messages has what is older."""
    if request.path.endswith("/sync"):
        if "since" in request.query:
            return web.json_response({"errcode": "M_UNKNOWN_POS", "error": "Unknown position"}, status=400)
        old = message("old in the timeline", ms=1_999_999)
        timeline = {"limited": True, "prev_batch": "p", "events": [old, message("newest")]}
        return web.json_response({"next_batch": "s9", "rooms": {"join": {ROOM: {"timeline": timeline}}}})
    if request.path.endswith("/messages"):
        return web.json_response({"chunk": [message("later"), message("sooner"), message("old", ms=1_999_999)]})
    return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)


async def test_a_refused_position_is_no_outage(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = _forgetful
        with pytest.raises(TokenRefused):
            await chat.sync("s1", timeout=0, memory=MEMORY)


async def test_what_came_after_what_we_remember_is_read_in_order(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = _forgetful
        batch = await chat.sync(None, timeout=0, memory=MEMORY)
        assert [one.body for one in batch.inputs if isinstance(one, TeamMessage)] == ["sooner", "later", "newest"]
        assert (batch.next_batch, list(batch.changed_rooms)) == ("s9", [ROOM])


async def test_the_first_start_of_all_reads_no_history(server: Homeserver, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as chat:
        server.answer = _forgetful
        batch = await chat.sync(None, timeout=0)
        assert not batch.inputs
