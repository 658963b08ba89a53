"""The members of a room, asked of the homeserver."""

from bot.domain.ids import RoomId
from bot.flows.step.step import Step
from bot.ports import Chat
from storage import members


async def learn_members(chat: Chat, step: Step, room: RoomId, *, with_invited: bool = False) -> int:
    """Save the room's members, and return how many they are beside the bot.

    Args:
        with_invited: whoever is invited counts as one, who will read what was said before they came.

    Whoever comes or goes while the homeserver answers is decided beside this: then it is asked once more.

    Raises:
        Unavailable, StorageAway, Conflict
    """
    while True:
        comings = step.rooms.comings[room]
        present = await chat.members(room)
        if with_invited:
            present = (*present, *await chat.invited(room))
        async with step.database.write() as tx:
            await members.replace_all(tx, room, [(m.user, m.display_name) for m in present])
        step.rooms.names.pop(room, None)
        if step.rooms.comings[room] == comings:
            return sum(m.user != step.settings.known.bot for m in present)
