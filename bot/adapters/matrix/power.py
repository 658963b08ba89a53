"""The power of people in a room, creators of room version 12 included: the library gives those level 0."""

from dataclasses import dataclass

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import Homeserver, refused_or_away
from bot.domain.ids import RoomId, UserId

INFINITE = 2**53
"""Above every level that can be written: JSON numbers of the specification end below."""

_OLD_VERSIONS = frozenset(str(version) for version in range(1, 12))


@dataclass(frozen=True, slots=True)
class Power:
    """The levels of one room."""

    room_version: str
    creators: frozenset[UserId]
    """With power above all levels; empty before room version 12."""
    levels: JsonObject | None
    """Content of `m.room.power_levels`; None if the room has none: then only the creator has power."""
    creator: UserId | None

    def of(self, user: UserId) -> int:
        if user in self.creators:
            return INFINITE
        if self.levels is None:
            return 100 if user == self.creator else 0
        own = fields.number(fields.child(self.levels, "users"), user)
        return own if own is not None else fields.number(self.levels, "users_default") or 0


def read_power(create: JsonObject, creator: UserId | None, levels: JsonObject | None) -> Power:
    """The power in a room, from the contents of `m.room.create` (and its sender) and `m.room.power_levels`."""
    version = fields.text(create, "room_version") or "1"
    creators: set[UserId] = set()
    if version not in _OLD_VERSIONS:
        creators = {creator} if creator is not None else set()
        for value in fields.items(create, "additional_creators"):
            user = fields.user_id(value)
            if user is not None:
                creators.add(user)
    return Power(version, frozenset(creators), levels, creator)


def redacts_in_content(create: JsonObject) -> bool:
    """Room version 11 moved the id of what a redaction redacts from the event's top into its content."""
    version = fields.text(create, "room_version") or "1"
    return version not in _OLD_VERSIONS or version == "11"


async def ask_create(homeserver: Homeserver, room: RoomId) -> tuple[JsonObject, UserId | None] | None:
    """The content of a room's first event and who sent it; None where we are not in the room. Raises: Unavailable."""
    path = homeserver.path("rooms", room, "state", "m.room.create") + "/"
    answer = await homeserver.call("GET", path, params={"format": "event"})
    if answer.status in (403, 404):
        return None
    if not answer.is_ok:
        raise refused_or_away(answer)
    # Some servers give the content alone.
    content = fields.child(answer.body, "content") if "content" in answer.body else answer.body
    return content, fields.user_id(answer.body.get("sender"))


async def ask_power(homeserver: Homeserver, room: RoomId) -> Power | None:
    """The room's present power, asked afresh; None where we are not in the room. Raises: Unavailable."""
    created = await ask_create(homeserver, room)
    if created is None:
        return None
    create, creator = created
    if creator is None:
        creator = await _creator(homeserver, room, create)
    state = homeserver.path("rooms", room, "state")
    levels = await homeserver.call("GET", f"{state}/m.room.power_levels/")
    if not levels.is_ok and levels.status not in (403, 404):
        raise refused_or_away(levels)
    return read_power(create, creator, levels.body if levels.is_ok else None)


async def _creator(homeserver: Homeserver, room: RoomId, create: JsonObject) -> UserId | None:
    """The creator, for servers that give the content alone: the content names them, or the room's id is the event's."""
    named = fields.user_id(create.get("creator"))
    if named is not None or ":" in room:
        return named
    answer = await homeserver.call("GET", homeserver.path("rooms", room, "event", "$" + room[1:]))
    return fields.user_id(answer.body.get("sender")) if answer.is_ok else None
