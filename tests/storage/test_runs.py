"""What runs that the database forgot have left in the rooms."""

from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EventId, RoomId
from bot.domain.traces import OwnEvent, take_up
from storage import planning, runs
from storage.database import Database
from tests.storage.made import NOW, ROOM, planned

OTHER = RoomId("!other:example.org")


def _card(event: str, room: RoomId, number: int) -> OwnEvent:
    return OwnEvent(
        EventId(event),
        room,
        NOW,
        kind=EventKind.CONVERSATION.value,
        conversation=ConversationId(number),
        status="active",
        message_id="m1@example.net",
    )


async def test_a_mail_to_two_mailboxes_has_the_number_of_each_room(database: Database) -> None:
    async with database.write() as tx:
        await runs.take_up(tx, take_up((_card("$5", ROOM, 5), _card("$6", OTHER, 6))), NOW)
    async with database.read() as tx:
        assert await runs.numbers_for(tx, "m1@example.net", ROOM) == (7, (5,))
        assert await runs.numbers_for(tx, "m1@example.net", OTHER) == (7, (6,))
        assert await runs.numbers_for(tx, "m2@example.net", ROOM) == (7, ())
        assert await runs.numbers_for(tx, "", ROOM) == (7, ())


async def test_calls_of_before_are_told_by_their_numbers_and_by_no_clock(database: Database) -> None:
    async with database.write() as tx:
        before = await planning.add_all(tx, [planned(), planned()], NOW)
    async with database.write() as tx:
        await runs.take_up(tx, take_up(()), NOW)
    async with database.write() as tx:
        (after,) = await planning.add_all(tx, [planned()], NOW)
        found = await runs.put_back(tx)
    assert found is not None
    assert max(before) == found.calls < after


async def test_what_an_older_version_noticed_holds_for_every_call(database: Database) -> None:
    async with database.write() as tx:
        await runs._put(tx, "put_back", {"until": NOW.isoformat(), "last": NOW.isoformat()})
    async with database.read() as tx:
        found = await runs.put_back(tx)
    assert found is not None
    assert (found.at, found.calls) == (NOW, (1 << 62) - 1)
