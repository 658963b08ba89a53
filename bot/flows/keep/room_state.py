"""Reads a room's state, which others wrote: missing or misshapen values are empty."""

import json
from collections.abc import Mapping

from bot.domain.ids import RoomId
from bot.ports import Chat


async def state_of(chat: Chat, room: RoomId, event_type: str, state_key: str = "") -> Mapping[str, object]:
    """The content of a state event. Raises: Unavailable."""
    content = await chat.get_state(room, event_type, state_key)
    found = json.loads(content) if content else {}
    return found if isinstance(found, dict) else {}


async def state_word(chat: Chat, room: RoomId, event_type: str, key: str) -> str:
    """One word of a state event. Raises: Unavailable."""
    value = (await state_of(chat, room, event_type)).get(key)
    return value if isinstance(value, str) else ""


async def predecessor(chat: Chat, room: RoomId) -> str:
    """The room that this one says it replaces. Raises: Unavailable."""
    found = (await state_of(chat, room, "m.room.create")).get("predecessor")
    before = found.get("room_id") if isinstance(found, dict) else None
    return before if isinstance(before, str) else ""


async def openings(chat: Chat, room: RoomId) -> tuple[str, ...]:
    """`public` where anybody may enter, `world_readable` where anybody may read. Raises: Unavailable."""
    found = []
    if await state_word(chat, room, "m.room.join_rules", "join_rule") == "public":
        found.append("public")
    if await state_word(chat, room, "m.room.history_visibility", "history_visibility") == "world_readable":
        found.append("world_readable")
    return tuple(found)
