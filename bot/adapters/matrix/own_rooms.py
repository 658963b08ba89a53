"""Rooms that the bot makes: created with a mark in their first event, by which they are found again."""

from collections.abc import Mapping
from typing import Final

from bot.adapters.matrix import fields
from bot.adapters.matrix.find import OUR_KEY
from bot.adapters.matrix.power import ask_create
from bot.adapters.matrix.requests import Homeserver, failure, outage, refused_or_away, without
from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import Accepted, Made, MakeOutcome, TryLater
from bot.ports import Unavailable

_ENCRYPTED: Final[dict[str, object]] = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
_NO_GUESTS: Final[dict[str, object]] = {
    "type": "m.room.guest_access",
    "state_key": "",
    "content": {"guest_access": "forbidden"},
}


def first_state(*, is_encrypted: bool) -> list[dict[str, object]]:
    """The `initial_state` of a room of ours: no guests, and encryption where it is wanted."""
    return [_ENCRYPTED, _NO_GUESTS] if is_encrypted else [_NO_GUESTS]


async def find_own_room(homeserver: Homeserver, us: UserId, key: str, value: str) -> RoomId | None:
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
        if maker in (us, None) and fields.child(content, OUR_KEY).get(key) == value:
            return room
    return None


async def create_own_room(
    homeserver: Homeserver, key: str, value: str, body: Mapping[str, object], *, kind: str | None = None
) -> MakeOutcome:
    """Create a private room with the mark by one `createRoom`, which is not idempotent.

    Args:
        kind: the type of the room, as `m.space`.
    """
    creation = {OUR_KEY: {key: value}} | ({"type": kind} if kind is not None else {})
    private = {"preset": "private_chat", "visibility": "private", "creation_content": creation}
    try:
        answer = await homeserver.call("POST", homeserver.path("createRoom"), {**private, **body})
    except Unavailable as fault:
        return outage(fault)
    if answer.is_ok:
        room = fields.text(answer.body, "room_id")
        return Made(RoomId(room)) if room else without("room_id")
    failed = failure(answer)
    return TryLater("bad answer") if isinstance(failed, Accepted) else failed
