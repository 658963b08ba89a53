"""Makes the space of an organisation, and finds it again by the mark in its first event."""

from bot.adapters.matrix import fields
from bot.adapters.matrix.find import OUR_KEY
from bot.adapters.matrix.power import ask_create
from bot.adapters.matrix.requests import Homeserver, failure, outage, refused_or_away, without
from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import Accepted, Made, MakeOutcome, TryLater
from bot.ports import Unavailable

_KEY = "space"
_NOBODY = 100
"""Level for writing: a space holds rooms, not talk. Only its keepers could write there."""


async def find_space(homeserver: Homeserver, us: UserId, organisation: str) -> RoomId | None:
    """The room of ours whose `m.room.create` has the mark; the first by its id if several have it.

    Raises:
        Unavailable
    """
    answer = await homeserver.call("GET", homeserver.path("joined_rooms"))
    if not answer.is_ok:
        raise refused_or_away(answer)
    rooms = {room for value in fields.items(answer.body, "joined_rooms") if (room := fields.room_id(value)) is not None}
    for room in sorted(rooms):
        created = await ask_create(homeserver, room)
        if created is None:
            continue
        content, sender = created
        # A room that others made is none of ours, though it bears our mark.
        maker = sender or fields.user_id(content.get("creator"))
        if maker in (us, None) and fields.child(content, OUR_KEY).get(_KEY) == organisation:
            return room
    return None


async def create_space(homeserver: Homeserver, organisation: str) -> MakeOutcome:
    """Create the space by one `createRoom`, which is not idempotent."""
    body: dict[str, object] = {
        "name": organisation,
        "preset": "private_chat",
        "visibility": "private",
        "creation_content": {"type": "m.space", OUR_KEY: {_KEY: organisation}},
        "initial_state": [
            {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "joined"}},
            {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
        ],
        # Without `users`: the server sets the creator's own power, which differs between room versions.
        "power_level_content_override": {"events_default": _NOBODY, "invite": 50, "kick": 50, "state_default": 50},
    }
    try:
        answer = await homeserver.call("POST", homeserver.path("createRoom"), body)
    except Unavailable as fault:
        return outage(fault)
    if answer.is_ok:
        room = fields.text(answer.body, "room_id")
        return Made(RoomId(room)) if room else without("room_id")
    failed = failure(answer)
    return TryLater("bad answer") if isinstance(failed, Accepted) else failed
