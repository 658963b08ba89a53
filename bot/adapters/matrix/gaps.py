"""Fills the hole of a `limited` timeline backwards by /messages, up to the position that was saved."""

import structlog

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import Homeserver, refused_or_away
from bot.domain.ids import RoomId, UserId

_PAGE = 100
_PAGES = 200
"""20,000 events; a room with more than that between two syncs is not a team's talk."""

log = structlog.get_logger(__name__)


async def missed_events(
    homeserver: Homeserver, room: RoomId, *, before: str, since: str, us: UserId
) -> list[JsonObject]:
    """The events between the position `since` and the start `before` of a timeline, oldest first.

    It goes no further back than our own joining of the room.

    Raises:
        Unavailable: the homeserver is away; nothing may be skipped, so that the whole sync is tried again.
    """
    found: list[JsonObject] = []
    position = before
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


def joins_anew(event: JsonObject, us: UserId) -> bool:
    """Our own membership event that made us a member (not a change of our name)."""
    return (
        event.get("type") == "m.room.member"
        and event.get("state_key") == us
        and fields.child(event, "content").get("membership") == "join"
        and fields.child(event, "unsigned", "prev_content").get("membership") != "join"
        and fields.child(event, "prev_content").get("membership") != "join"
    )
