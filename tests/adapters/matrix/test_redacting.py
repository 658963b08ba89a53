"""Deleting a message with its edits, which hold words of their own."""

from collections.abc import Mapping

import pytest

from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.find import edits_of
from bot.adapters.matrix.requests import CALL_SECONDS, Answer, Homeserver
from bot.domain.ids import EventId, RoomId
from bot.ports import Unavailable

ROOM, CARD = RoomId("!room:hs"), EventId("$card")


class Edited(Homeserver):
    """A message that was edited so often; a hundred edits to a page."""

    def __init__(self, edits: int, status: int = 200) -> None:
        super().__init__("http://127.0.0.1:1")
        self.edits, self.status = edits, status
        self.asked: list[str] = []

    async def call(
        self,
        method: str,
        path: str,
        body: JsonObject | None = None,
        *,
        params: Mapping[str, str] | None = None,
        seconds: float = CALL_SECONDS,
        authorised: bool = True,
    ) -> Answer:
        self.asked.append(path)
        start = int((params or {}).get("from", "0"))
        end = min(start + 100, self.edits)
        following = {"next_batch": str(end)} if end < self.edits else {}
        return Answer(self.status, {"chunk": [{"event_id": f"$e{n}"} for n in range(start, end)], **following}, size=0)


async def test_all_pages_of_the_edits_are_read() -> None:
    found = await edits_of(server := Edited(250), ROOM, CARD)

    assert len(set(found)) == 250
    assert server.asked[0].endswith("/rooms/%21room%3Ahs/relations/%24card/m.replace")


async def test_one_that_is_gone_already_has_none() -> None:
    assert await edits_of(Edited(3, status=404), ROOM, CARD) == ()


async def test_a_server_that_fails_is_asked_later() -> None:
    with pytest.raises(Unavailable):
        await edits_of(Edited(3, status=502), ROOM, CARD)
