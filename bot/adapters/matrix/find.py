"""Looks for an event of ours by its mark, when the server may have forgotten the transaction."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import CLIENT_V1, SERVICE, Homeserver, refused_or_away
from bot.domain.ids import EventId, RoomId, UserId
from bot.ports import TOO_FAR_BACK, Unavailable

OUR_KEY = "org.postroom"
_PAGE = "100"
_PAGES = 200
"""20,000 events since the first try: who posts more than that is no team."""
_CLOCKS_APART = timedelta(hours=1)


async def find_own(
    homeserver: Homeserver,
    room: RoomId,
    thread: EventId | None,
    transaction: str,
    us: UserId,
    after: datetime | None = None,
) -> EventId | None:
    """The event, looked for back to the room's beginning, or to `after`: the time of the first try to send it.

    Raises:
        Unavailable: with `TOO_FAR_BACK` where neither was reached: the event may be there all the same.
    """
    oldest = (after - _CLOCKS_APART).timestamp() * 1000 if after is not None else None
    if thread is not None:
        # Every event that relates to the root: the thread's messages, edits of the root, and edits of the messages.
        path = homeserver.path("rooms", room, "relations", thread, prefix=CLIENT_V1)
        pages = _pages(homeserver, path, {"dir": "b", "limit": _PAGE, "recurse": "true"}, "next_batch")
    else:
        pages = _pages(homeserver, homeserver.path("rooms", room, "messages"), {"dir": "b", "limit": _PAGE}, "end")
    async for page in pages:
        for event in page:
            if event.get("sender") == us and _effect(event) == transaction:
                return fields.event_id(event.get("event_id"))
        if oldest is not None and page and all(_time(event, oldest) < oldest for event in page):
            return None
    return None


async def edits_of(homeserver: Homeserver, room: RoomId, event: EventId) -> tuple[EventId, ...]:
    """The edits of an event: each holds words of its own, also when the event is deleted. Raises: Unavailable."""
    path = homeserver.path("rooms", room, "relations", event, "m.replace", prefix=CLIENT_V1)
    found: list[EventId] = []
    async for page in _pages(homeserver, path, {"dir": "b", "limit": _PAGE}, "next_batch"):
        found += [id for one in page if (id := fields.event_id(one.get("event_id"))) is not None]
    return tuple(found)


def _time(event: JsonObject, otherwise: float) -> float:
    at = fields.number(event, "origin_server_ts")
    return otherwise if at is None else at


def _effect(event: JsonObject) -> object:
    return fields.child(event, "content", OUR_KEY).get("effect")


async def _pages(
    homeserver: Homeserver, path: str, params: dict[str, str], next_name: str
) -> AsyncIterator[list[JsonObject]]:
    """The pages, newest first; `next_name` is the answer's field for the next position. Raises: Unavailable."""
    for _ in range(_PAGES):
        answer = await homeserver.call("GET", path, params=params)
        if answer.status in (403, 404):
            return
        if not answer.is_ok:
            raise refused_or_away(answer)
        yield list(fields.objects(answer.body, "chunk"))
        following = fields.text(answer.body, next_name)
        if not following:
            return
        params = {**params, "from": following}
    raise Unavailable(SERVICE, TOO_FAR_BACK)
