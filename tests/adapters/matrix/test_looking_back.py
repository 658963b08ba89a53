"""How far a room is read back: as far as it matters, and no further than memory allows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.matrix import gaps
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.find import find_own
from bot.adapters.matrix.gaps import missed_events
from bot.adapters.matrix.requests import CALL_SECONDS, Answer, Homeserver
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.outcomes import TryLater
from bot.flows.deliver.chat import ChatCaller
from bot.ports import TOO_FAR_BACK, Unavailable
from storage.outbox import Claimed
from tests.fakes.chat import FakeChat
from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.writing import says
from tests.flows.conftest import house

__all__ = ["house"]

ROOM, US = RoomId("!room:hs"), UserId("@bot:hs")
_LOST = TryLater("connection lost")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Talkative(Homeserver):
    """A room with this many events of somebody else, one a second, the newest now; ours is the oldest but one."""

    def __init__(self, events: int, *, size: int = 0) -> None:
        super().__init__("http://127.0.0.1:1")
        self.events, self.size, self.asked = events, size, 0

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
        self.asked += 1
        start = int((params or {}).get("from", "0"))
        end = min(start + 100, self.events)
        following = {"end": str(end), "next_batch": str(end)} if end < self.events else {}
        return Answer(200, {"chunk": [self._event(n) for n in range(start, end)], **following}, size=self.size)

    def _event(self, number: int) -> dict[str, object]:
        at = int((NOW - timedelta(seconds=number)).timestamp() * 1000)
        if number == self.events - 2:
            return {"event_id": "$ours", "sender": US, "content": {"org.postroom": {"effect": "e1"}}}
        return {"event_id": f"${number}", "sender": "@a:hs", "origin_server_ts": at, "content": {}}


@pytest.mark.parametrize("thread", [None, EventId("$root")])
async def test_our_event_is_found_behind_thousands_of_others(thread: EventId | None) -> None:
    server = Talkative(5000)
    assert await find_own(server, ROOM, thread, "e1", US, NOW - timedelta(hours=2)) == "$ours"


async def test_nothing_is_looked_for_before_it_was_sent() -> None:
    server = Talkative(1_000_000)
    # An hour is left for clocks that disagree.
    assert await find_own(server, ROOM, None, "e2", US, NOW - timedelta(minutes=10)) is None
    assert server.asked < 50


@pytest.mark.parametrize("thread", [None, EventId("$root")])
async def test_a_search_that_does_not_end_is_no_answer(thread: EventId | None) -> None:
    server = Talkative(1_000_000)
    with pytest.raises(Unavailable, match=TOO_FAR_BACK):
        await find_own(server, ROOM, thread, "e2", US, NOW - timedelta(days=30))
    assert server.asked <= 200


async def test_a_gap_is_held_in_memory_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "_BYTES", 10_000_000)
    server = Talkative(20_000, size=1_000_000)
    assert len(await missed_events(server, ROOM, before="0", since="s", us=US)) == 1000
    assert server.asked == 11


async def test_what_nobody_could_look_for_is_not_posted_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gives_up(*_: object) -> EventId | None:
        raise Unavailable("matrix", TOO_FAR_BACK)

    async def forgotten(self: ChatCaller, claimed: Claimed) -> bool:
        return True

    before = len(house.homeserver.posted)
    monkeypatch.setattr(FakeChat, "find", gives_up)
    monkeypatch.setattr(ChatCaller, "_may_be_forgotten", forgotten)
    # The first try was not answered.
    house.homeserver.refuse = [_LOST]
    await happens(house, says("!close", thread=card_of(house)), seconds=SENT)
    posted = house.homeserver.posted[before:]
    assert await house.open_calls() >= 1
    effects = [one.ours.get("effect") for one in posted]
    assert len(effects) == len(set(effects))
