"""What is kept of the spaces of organisations."""

from bot.domain.ids import RoomId
from bot.domain.spaces import (
    AddSpacePerson,
    DropSpacePerson,
    MarkSpacePerson,
    SetSpace,
    SetSpaceRoom,
    SpacePerson,
)
from storage import spaces
from storage.database import Database
from tests.storage.made import ALICE, BOB, ROOM

SPACE, OTHER = RoomId("!space:example.org"), RoomId("!other:example.org")


async def test_an_organisation_has_one_space_and_a_space_one_organisation(database: Database) -> None:
    async with database.write() as tx:
        assert await spaces.get(tx, "Asso") is None
        await spaces.apply(tx, SetSpace("Asso", SPACE))
        await spaces.apply(tx, SetSpace("asso", OTHER))
        assert await spaces.get(tx, "Asso") == SPACE
        assert await spaces.organisation_of(tx, OTHER) == "asso"
        assert await spaces.organisation_of(tx, ROOM) == ""
        assert set(await spaces.every(tx)) == {("Asso", SPACE), ("asso", OTHER)}

        await spaces.apply(tx, SetSpace("Asso", ROOM))
        assert await spaces.get(tx, "Asso") == ROOM


async def test_rooms_are_put_in_and_taken_out(database: Database) -> None:
    async with database.write() as tx:
        for room in (SPACE, ROOM, ROOM):
            await spaces.apply(tx, SetSpaceRoom("Asso", room, True))
        await spaces.apply(tx, SetSpaceRoom("Other", OTHER, True))
        assert await spaces.rooms_in(tx, "Asso") == (ROOM, SPACE)
        await spaces.apply(tx, SetSpaceRoom("Asso", ROOM, False))
        assert await spaces.rooms_in(tx, "Asso") == (SPACE,)


async def test_who_left_is_remembered_and_who_was_never_invited_is_not(database: Database) -> None:
    async with database.write() as tx:
        await spaces.apply(tx, AddSpacePerson("Asso", ALICE))
        await spaces.apply(tx, AddSpacePerson("Other", ALICE))
        await spaces.apply(tx, MarkSpacePerson("Asso", ALICE, True))
        await spaces.apply(tx, MarkSpacePerson("Asso", BOB, True))
        assert await spaces.people_of(tx, "Asso") == (SpacePerson(ALICE, True),)
        assert await spaces.people_of(tx, "Other") == (SpacePerson(ALICE, False),)

        await spaces.apply(tx, MarkSpacePerson("Asso", ALICE, False))
        assert await spaces.people_of(tx, "Asso") == (SpacePerson(ALICE, False),)
        await spaces.apply(tx, DropSpacePerson("Asso", ALICE))
        assert await spaces.people_of(tx, "Asso") == ()


async def test_the_room_before_an_upgraded_one_is_known(database: Database) -> None:
    async with database.write() as tx:
        assert await spaces.predecessor_of(tx, ROOM) is None
        await spaces.set_predecessor(tx, ROOM, OTHER)
        await spaces.set_predecessor(tx, ROOM, OTHER)
        assert await spaces.predecessor_of(tx, ROOM) == OTHER
