"""Reads both sides of an organisation's space: the bot's own acts for it, and the people in its rooms."""

from bot.domain.ids import RoomId, UserId
from bot.domain.room_snapshots import SpaceSnapshot
from bot.domain.settings import Instance
from bot.domain.spaces import space_key
from storage import members, outbox, spaces
from storage.database import Tx


async def load_space(tx: Tx, organisation: str, instance: Instance) -> SpaceSnapshot:
    """The rows for comparing an organisation's space with its rooms and people."""
    awaited: set[UserId] = set()
    present: dict[RoomId, tuple[UserId, ...]] = {}
    for room in instance.rooms_of(organisation):
        users = await members.people(tx, room)
        # The list of a room that we are not in is empty, or old.
        if instance.bot in users:
            present[room] = users
            before = await spaces.predecessor_of(tx, room)
            if before is not None:
                old = set(await members.people(tx, before))
                awaited |= old - await members.known(tx, room)
    making = await outbox.get_by_key(tx, space_key(organisation))
    return SpaceSnapshot(
        instance=instance,
        organisation=organisation,
        space=await spaces.get(tx, organisation),
        is_being_made=making is not None and making.state in (outbox.State.OPEN, outbox.State.SENDING),
        linked=await spaces.rooms_in(tx, organisation),
        people=await spaces.people_of(tx, organisation),
        present=present,
        awaited=frozenset(awaited),
    )


async def load_space_of(tx: Tx, room: RoomId, instance: Instance) -> RoomId | None:
    """The space that we put a room into; None where it is in none, or not yet."""
    organisation = instance.organisation_of(room)
    if not organisation or room not in await spaces.rooms_in(tx, organisation):
        return None
    return await spaces.get(tx, organisation)
