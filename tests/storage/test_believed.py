"""What one process learned of rooms and people is there for the next."""

from bot.domain.ids import RoomId, UserId
from storage import believed
from storage.database import Database
from tests.storage.made import ALICE, ROOM

OTHER = RoomId("!other:example.org")
BOB = UserId("@bob:example.org")


async def test_a_room_that_was_seen_encrypted_stays_so(database: Database) -> None:
    for rooms in ([ROOM], [OTHER, ROOM], []):
        async with database.write() as tx:
            await believed.add_rooms(tx, rooms)
    async with database.read() as tx:
        assert await believed.rooms(tx) == {ROOM, OTHER}


async def test_a_person_has_the_key_that_was_believed_last(database: Database) -> None:
    for masters in ({ALICE: "first", BOB: "bob"}, {ALICE: "second"}, {}):
        async with database.write() as tx:
            await believed.pin(tx, masters)
    async with database.read() as tx:
        assert await believed.pins(tx) == {ALICE: "second", BOB: "bob"}
