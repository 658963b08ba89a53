"""Makes the room of a mailbox, and finds it again."""

from bot.adapters.matrix.own_rooms import create_own_room, find_own_room, first_state
from bot.adapters.matrix.requests import Homeserver
from bot.domain.calls import MakeRoom
from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import MakeOutcome

_KEY = "room_for"


async def find_room(homeserver: Homeserver, us: UserId, mark: str) -> RoomId | None:
    """The room that an earlier try made with this mark.

    Raises:
        Unavailable
    """
    return await find_own_room(homeserver, us, _KEY, mark)


async def make_room(homeserver: Homeserver, call: MakeRoom) -> MakeOutcome:
    """Make the room by one `createRoom`, which is not idempotent."""
    body = {
        "name": call.name,
        # Whoever is invited gets the creator's power, in each room version by the means that it has.
        "preset": "trusted_private_chat",
        "invite": [call.invites],
        "initial_state": first_state(is_encrypted=call.is_encrypted),
    }
    return await create_own_room(homeserver, _KEY, call.mark, body)
