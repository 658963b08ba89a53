"""Chats of two in which the bot is and of which the database knows nothing: it was put back to before they began."""

import json
from typing import Final

import structlog

from bot.domain.ids import RoomId
from bot.domain.inputs.room import Invited
from bot.domain.rules.direct import may_be_forgotten, of_two
from bot.flows.load.direct import has_access
from bot.flows.step.step import Step
from bot.ports import Chat, Unavailable
from storage import rooms
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("rooms")
_MOST: Final = 50
"""Rooms that are looked at after a start."""
_SAYS_OTHERWISE: Final = (("m.room.name", "name"), ("m.room.canonical_alias", "alias"), ("m.room.tombstone", ""))
"""A room with one of these is no chat of two that a client made; the field must say something, where one is named."""


async def take_up_forgotten(chat: Chat, step: Step) -> None:
    """Look at each unknown room from within, as if its person had invited the bot there just now.

    The rooms of the mailboxes have to be known by then: who is in them may have a direct chat.
    """
    try:
        joined = await chat.joined_rooms()
        unknown = [room for room in sorted(joined) if may_be_forgotten(step.settings.known, room)][:_MOST]
        for room in unknown:
            await _take_up(chat, step, room)
    except (Unavailable, StorageAway, Conflict):
        # Whoever writes there is answered after the next start.
        return


async def _take_up(chat: Chat, step: Step, room: RoomId) -> None:
    async with step.database.read() as tx:
        if await rooms.waiting(tx, room) is not None:
            return
    for type, field in _SAYS_OTHERWISE:
        content = await chat.get_state(room, type, "")
        if content is not None and (not field or _says(content, field)):
            return
    there = (*await chat.members(room), *await chat.invited(room))
    person = of_two(step.settings.known, [one.user for one in there])
    if person is None:
        return
    async with step.database.read() as tx:
        if not await has_access(tx, step.settings.known, person):
            return
    _log.info("direct_taken_up")
    await step.take(Invited(room, person, step.clock.now(), is_direct=True))


def _says(content: str, field: str) -> bool:
    said = json.loads(content)
    return isinstance(said, dict) and bool(said.get(field))
