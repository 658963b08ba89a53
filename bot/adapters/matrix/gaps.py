"""Fills the hole of a `limited` timeline backwards by /messages, up to the position that was saved."""

import json
from collections.abc import Set as AbstractSet
from datetime import datetime

import structlog

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import Homeserver, refused_or_away
from bot.domain.ids import RoomId, UserId
from bot.domain.rights import server_of

_PAGE = 100
_PAGES = 200
"""20,000 events; a room with more than that between two syncs is not a team's talk."""
_BYTES = 64 * 1024 * 1024
"""Bytes of all pages together, as they came; their values take a few times as much memory."""
_LATE_PAGES = 20
_LATE_WALKS = 5
_LATE_TYPES = ("m.room.message", "m.room.encrypted", "m.room.bot.command", "m.reaction", "m.room.redaction")
"""Types that are somebody's act. State is left out: present state comes with the sync, past state is no news."""

log = structlog.get_logger(__name__)


async def missed_events(
    homeserver: Homeserver, room: RoomId, *, before: str, since: str, us: UserId
) -> list[JsonObject]:
    """The events between the position `since` and the start `before` of a timeline, oldest first.

    The search ends at our own joining of the room.

    Raises:
        Unavailable: the homeserver is away; nothing may be skipped, so the whole sync is tried again.
    """
    found: list[JsonObject] = []
    position, size = before, 0
    for _ in range(_PAGES):
        answer = await homeserver.call(
            "GET",
            homeserver.path("rooms", room, "messages"),
            params={"dir": "b", "from": position, "to": since, "limit": str(_PAGE)},
        )
        if answer.status == 403:
            # We are in the room no longer.
            break
        if not answer.is_ok:
            raise refused_or_away(answer)
        size += answer.size
        if size > _BYTES:
            log.warning("matrix_gap_too_large", room=room, events=len(found))
            break
        page = list(fields.objects(answer.body, "chunk"))
        for event in page:
            found.append(event)
            if joins_anew(event, us):
                return found[::-1]
        end = fields.text(answer.body, "end")
        if not end or end == position or not page:
            break
        position = end
    else:
        log.warning("matrix_gap_too_large", room=room, events=len(found))
    return found[::-1]


async def events_after(
    homeserver: Homeserver, room: RoomId, *, before: str, after: datetime, us: UserId
) -> list[JsonObject]:
    """Acts of others before the position `before` and not before `after`, oldest first. Raises: Unavailable."""
    return (await _walk(homeserver, room, before=before, oldest=after.timestamp() * 1000, us=us))[::-1]


def is_after(event: JsonObject, at: datetime) -> bool:
    """Whether an event is later, by the clock of the homeserver that it came from."""
    return (fields.number(event, "origin_server_ts") or 0) >= at.timestamp() * 1000


async def late_events(
    homeserver: Homeserver, room: RoomId, *, before: str, after: datetime, known: AbstractSet[str], us: UserId
) -> list[JsonObject]:
    """Acts of people of other homeservers that our homeserver learned of only now, oldest first.

    A homeserver that comes back after a long while tells its newest events; ours fetches the others when it is asked
    for them, and puts them where they belong: before the position that was saved. So they are looked for without it,
    and what was read long ago is among them: whoever takes them must know what was decided already.

    Args:
        after: nothing older is taken, nor what is older than our own joining, by the clock of its homeserver.
        known: ids of events that are here already.

    Raises:
        Unavailable
    """
    joined = await homeserver.call(
        "GET", homeserver.path("rooms", room, "state", "m.room.member", us), params={"format": "event"}
    )
    if not joined.is_ok and joined.status not in (403, 404):
        raise refused_or_away(joined)
    joined_at = fields.number(joined.body, "origin_server_ts")
    if joined_at is None:
        # Words from before we came are none of ours.
        return []
    oldest = max(after.timestamp() * 1000, joined_at)
    found: list[JsonObject] = []
    for _ in range(_LATE_WALKS):
        walked = await _walk(homeserver, room, before=before, oldest=oldest, us=us)
        late = [event for event in walked if _is_late(event, us) and fields.text(event, "event_id") not in known]
        if len(late) == len(found):
            break
        # Synapse fetches a hundred events at a time while we read, and may pass over some at the first time.
        found = late
    return found[::-1]


async def _walk(homeserver: Homeserver, room: RoomId, *, before: str, oldest: float, us: UserId) -> list[JsonObject]:
    """Acts of others from `before` back to `oldest` (ms since 1970), newest first. Raises: Unavailable."""
    wanted = {"types": list(_LATE_TYPES), "not_senders": [us]}
    found: list[JsonObject] = []
    position = before
    for _ in range(_LATE_PAGES):
        answer = await homeserver.call(
            "GET",
            homeserver.path("rooms", room, "messages"),
            params={"dir": "b", "from": position, "limit": str(_PAGE), "filter": json.dumps(wanted)},
        )
        if answer.status == 403:
            break
        if not answer.is_ok:
            raise refused_or_away(answer)
        page = list(fields.objects(answer.body, "chunk"))
        fresh = [event for event in page if (fields.number(event, "origin_server_ts") or 0) >= oldest]
        found += fresh
        end = fields.text(answer.body, "end")
        if (page and not fresh) or not end or end == position:
            break
        position = end
    return found


def _is_late(event: JsonObject, us: UserId) -> bool:
    """Whether the sender is of another homeserver: our own always knew what its users did."""
    sender = fields.user_id(event.get("sender")) or us
    return event.get("type") in _LATE_TYPES and "state_key" not in event and server_of(sender) != server_of(us)


def joins_anew(event: JsonObject, us: UserId) -> bool:
    """Whether this is our own membership event that made us a member (not a change of our name)."""
    return (
        event.get("type") == "m.room.member"
        and event.get("state_key") == us
        and fields.child(event, "content").get("membership") == "join"
        and fields.child(event, "unsigned", "prev_content").get("membership") != "join"
        and fields.child(event, "prev_content").get("membership") != "join"
    )
