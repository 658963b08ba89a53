"""Reads what a direct chat is now: who is there, and the mailboxes whose rooms its person is in."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.domain.command import Asked
from bot.domain.ids import RoomId, UserId
from bot.domain.settings import Instance
from bot.domain.snapshots import RoomSnapshot
from bot.domain.within import Within
from storage import members, rooms
from storage.database import Tx


async def has_access(tx: Tx, instance: Instance, person: UserId, besides: RoomId | None = None) -> bool:
    """Whether the person is in the room of a mailbox, `besides` one that they have just left."""
    theirs = {one.room for one in instance.mailboxes} - {besides}
    return bool(await members.joined_among(tx, sorted(theirs), person))


async def load_direct(tx: Tx, known: RoomSnapshot, room: RoomId) -> RoomSnapshot:
    """For a room that is a direct chat, or may become one: who is there, and whether its person has access."""
    standing, waiting = known.instance.direct_in(room), await rooms.waiting(tx, room)
    person = standing.person if standing is not None else waiting.inviter if waiting is not None else None
    if person is None or (standing is None and waiting is not None and not waiting.is_direct):
        return replace(known, waiting=waiting)
    present = await members.people(tx, room)
    return replace(known, waiting=waiting, present=present, has_access=await has_access(tx, known.instance, person))


async def with_access(tx: Tx, asked: Asked, encrypted: AbstractSet[RoomId]) -> Asked:
    """With what a direct chat gives access to, if the person writes in theirs.

    What stands in encrypted rooms is not told in a chat that is not: the homeserver would read it.
    """
    chat = asked.instance.direct_in(asked.room)
    if chat is None:
        return asked
    present = await members.people(tx, asked.room)
    theirs = frozenset[RoomId]()
    if asked.person == chat.person:
        every = sorted({one.room for one in asked.instance.mailboxes})
        theirs = await members.joined_among(tx, every, asked.person)
    found = [one for one in asked.instance.mailboxes if one.room in theirs]
    is_shut = not (asked.room_encrypted or asked.room in encrypted)
    withheld = tuple(one for one in found if is_shut and one.room in encrypted)
    open_ones = tuple(one for one in found if one not in withheld)
    return replace(asked, within=Within(chat, present, open_ones, withheld))
