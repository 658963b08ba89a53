"""Makes the space of an organisation, and finds it again."""

from bot.adapters.matrix.own_rooms import create_own_room, find_own_room, first_state
from bot.adapters.matrix.requests import Homeserver
from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import MakeOutcome

_KEY = "space"
_NOBODY = 100
"""Level for writing: a space holds rooms, not talk. Only its keepers could write there."""


async def find_space(homeserver: Homeserver, us: UserId, organisation: str) -> RoomId | None:
    """The space of an organisation, made by an earlier run.

    Raises:
        Unavailable
    """
    return await find_own_room(homeserver, us, _KEY, organisation)


async def create_space(homeserver: Homeserver, organisation: str) -> MakeOutcome:
    """Create the space by one `createRoom`, which is not idempotent."""
    body = {
        "name": organisation,
        "initial_state": [
            {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "joined"}},
            *first_state(is_encrypted=False),
        ],
        # Without `users`: the server sets the creator's own power, which differs between room versions.
        "power_level_content_override": {"events_default": _NOBODY, "invite": 50, "kick": 50, "state_default": 50},
    }
    return await create_own_room(homeserver, _KEY, organisation, body, kind="m.space")
