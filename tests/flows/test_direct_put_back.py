"""A direct chat that began after the backup is taken up again after its restore, and no other room is taken for one."""

import json

import pytest

from bot.domain.ids import RoomId, UserId
from bot.flows.keep.forgotten_directs import take_up_forgotten
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT
from tests.fakes.direct import DIRECT, SECOND, asks, invites, said_in
from tests.fakes.house import House
from tests.fakes.looking import NOW
from tests.flows.test_database_put_back import copied, put_back

STRANGER = UserId("@stranger:localhost")


async def starts(house: House) -> None:
    """What the keeper does after a start, once the mailboxes' rooms are known."""
    await house.keeper.look_at_directs()
    await take_up_forgotten(house.keeper.chat, house.step)
    await house.settle(NOW)
    entered = house.keeper.changed_rooms
    while not entered.empty():
        await house.keeper.enter(entered.get_nowait())
    await house.settle(NOW)


def chats(house: House) -> dict[UserId, RoomId]:
    return {one.person: one.room for one in house.step.settings.known.directs}


async def test_a_chat_that_began_after_the_backup_goes_on_after_the_restore(house: House) -> None:
    await copied(house)
    await invites(house)
    assert await asks(house, "!list")
    await put_back(house)
    assert chats(house) == {}
    # Some clients give it an empty one.
    house.homeserver.state[DIRECT, "m.room.name", ""] = json.dumps({"name": ""})
    await starts(house)
    assert chats(house) == {BOB: DIRECT} and DIRECT not in house.homeserver.left
    assert await asks(house, "!list")
    before = len(said_in(house))
    await starts(house)
    assert len(said_in(house)) == before, "once"


async def test_the_chat_of_the_backup_that_was_left_since_gives_way_to_the_later_one(house: House) -> None:
    await invites(house)
    await copied(house)
    await invites(house, SECOND)
    assert chats(house) == {BOB: SECOND}
    await put_back(house)
    house.homeserver.members[DIRECT] = (Member(BOB, "Bob"),)
    await house.keeper.look_at_directs()
    await house.settle(NOW)
    await starts(house)
    assert chats(house) == {BOB: SECOND}


@pytest.mark.parametrize(
    "others", [(BOB, ALICE), (STRANGER,), (BOB, STRANGER), ()], ids=["three", "a stranger", "and a stranger", "nobody"]
)
async def test_no_other_room_is_taken_for_one(house: House, others: tuple[UserId, ...]) -> None:
    room = RoomId("!other:localhost")
    house.homeserver.joined.append(room)
    house.homeserver.members[room] = tuple(Member(one, one) for one in (*others, BOT))
    await starts(house)
    assert chats(house) == {} and said_in(house, room) == [] and room not in house.homeserver.left


@pytest.mark.parametrize("what", ["m.room.name", "m.room.tombstone", "m.room.canonical_alias"])
async def test_nor_one_with_a_name_nor_one_that_goes_on_elsewhere_nor_where_somebody_is_invited(
    house: House, what: str
) -> None:
    room, waits = RoomId("!named:localhost"), RoomId("!waits:localhost")
    for one in (room, waits):
        house.homeserver.joined.append(one)
        house.homeserver.members[one] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    house.homeserver.state[room, what, ""] = json.dumps({"name": "Compta", "alias": "#compta:localhost"})
    house.homeserver.waiting[waits] = (Member(STRANGER, "S"),)
    await starts(house)
    assert chats(house) == {} and not said_in(house, room) and not said_in(house, waits)
