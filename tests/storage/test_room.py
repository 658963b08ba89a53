"""What we know of the room: events, reactions, slots, members, receipts, media."""

from bot.domain.conversation import EventKind, Status, StoredReaction
from bot.domain.files import SharedFile
from bot.domain.ids import BlobId, ConversationId, EventId, MessageRow, RoomId
from bot.domain.read_places import Everywhere, InThread, InTimeline
from storage import events, media, members, reactions, rooms, slots
from storage.database import Database
from storage.members import ReadMark
from tests.storage.made import ALICE, BOB, NOW, ROOM, event, later

FIRST = ConversationId(1)
ELSEWHERE = RoomId("!elsewhere")


async def test_an_event_is_kept_as_it_was_first_known(database: Database) -> None:
    full = event(
        "$a",
        sender=ALICE,
        mail=MessageRow(4),
        kind=EventKind.NOTE,
        body="naïve \U0001f600",
        file=SharedFile("mxc://x/y", "a\nb.pdf", "application/pdf", 3, "{}"),
    )
    async with database.write() as tx:
        await events.add(tx, full)
        await events.add(tx, event("$a", of=2, body="another"))
        await events.add(tx, event("$b", of=None))
        assert await events.get(tx, ROOM, EventId("$a")) == full
        assert await events.get(tx, ROOM, EventId("$b")) == event("$b", of=None)
        assert await events.get(tx, ELSEWHERE, EventId("$a")) is None


async def test_the_newest_event_of_a_kind_that_a_member_wrote_is_found(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$old", kind=EventKind.COMMAND, sender=ALICE, at=later(1)))
        await events.add(tx, event("$new", kind=EventKind.COMMAND, sender=ALICE, at=later(2)))
        await events.add(tx, event("$note", kind=EventKind.NOTE, sender=ALICE, at=later(3)))
        await events.add(tx, event("$bob", kind=EventKind.COMMAND, sender=BOB, at=later(3)))
        await events.add(tx, event("$other", of=2, kind=EventKind.COMMAND, sender=ALICE, at=later(4)))
        found = await events.last_of_kind_by(tx, FIRST, EventKind.COMMAND, ALICE)
        assert found is not None
        assert found.event == "$new"
        assert await events.last_of_kind_by(tx, FIRST, EventKind.ENCLOSURE, ALICE) is None


async def test_the_files_of_a_member_are_found_in_order(database: Database) -> None:
    file = SharedFile("mxc://x/y", "a.pdf", "application/pdf", 3)
    async with database.write() as tx:
        for second, name in enumerate(("$1", "$2", "$3")):
            await events.add(tx, event(name, kind=EventKind.NOTE, sender=ALICE, at=later(second), file=file))
        await events.add(tx, event("$words", kind=EventKind.NOTE, sender=ALICE, at=later(4)))
        await events.add(tx, event("$bob", kind=EventKind.NOTE, sender=BOB, at=later(4), file=file))
        assert [one.event for one in await events.files_by(tx, FIRST, ROOM, ALICE, 2)] == ["$2", "$3"]


async def test_when_a_member_last_wrote_is_known(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$1", sender=ALICE, at=later(1)))
        await events.add(tx, event("$2", sender=ALICE, at=later(2)))
        await events.add(tx, event("$3", sender=BOB, at=later(3)))
        assert await events.last_by(tx, FIRST, ALICE) == later(2)
        assert await events.last_by(tx, FIRST, ALICE, but=EventId("$2")) == later(1)
        assert await events.last_by(tx, ConversationId(2), ALICE) is None


async def test_an_edit_is_no_message_and_its_time_is_known(database: Database) -> None:
    """Whoever edits what they wrote has not read what came since."""
    async with database.write() as tx:
        await events.add(tx, event("$1", kind=EventKind.NOTE, sender=ALICE, at=later(1)))
        await events.add(tx, event("$edit", kind=EventKind.EDIT, sender=ALICE, at=later(4)))
        assert await events.last_by(tx, FIRST, ALICE) == later(1)
        assert await events.get(tx, ROOM, EventId("$edit")) is None
        found = await events.at(tx, ROOM, EventId("$edit"))
        assert found is not None and (found.conversation, found.at) == (FIRST, later(4))
        assert await events.at(tx, ELSEWHERE, EventId("$edit")) is None


async def test_an_event_is_known_as_what_was_put_last(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$a", body="before"))
        await events.put(tx, event("$a", body="after\0"))
        found = await events.get(tx, ROOM, EventId("$a"))
    assert found is not None
    assert found.body == "after\ufffd"


async def test_a_reaction_counts_until_it_is_taken_away(database: Database) -> None:
    def reaction(name: str, key: str = "✅", of: int = 1, at: float = 0) -> StoredReaction:
        return StoredReaction(
            EventId(name), ROOM, ConversationId(of), EventId("$card"), ALICE, key, Status.PENDING, later(at)
        )

    async with database.write() as tx:
        for one in (reaction("$b", at=2), reaction("$a", at=1), reaction("$c", "⏳"), reaction("$d", of=2)):
            await reactions.add(tx, one)
            await reactions.add(tx, one)
        assert await reactions.get(tx, EventId("$a")) == reaction("$a", at=1)
        assert [one.event for one in await reactions.active(tx, FIRST, "✅")] == ["$a", "$b"]

        await reactions.end(tx, EventId("$a"))
        assert await reactions.get(tx, EventId("$a")) is None
        assert [one.event for one in await reactions.active(tx, FIRST, "✅")] == ["$b"]


async def test_a_slot_holds_the_event_that_came_last(database: Database) -> None:
    async with database.write() as tx:
        assert await slots.get(tx, "card:1") is None
        await slots.fill(tx, "card:1", ROOM, EventId("$a"))
        await slots.fill(tx, "card:1", ELSEWHERE, EventId("$b"))
        assert await slots.get(tx, "card:1") == (ELSEWHERE, "$b")


async def test_members_come_and_go(database: Database) -> None:
    async with database.write() as tx:
        await members.set(tx, ROOM, BOB, True, "Bob")
        await members.set(tx, ROOM, ALICE, True, "Alice")
        await members.set(tx, ROOM, BOB, False, "Bob")
        assert await members.joined(tx, ROOM) == ((ALICE, "Alice"),)
        assert await members.is_joined(tx, ROOM, ALICE)
        assert not await members.is_joined(tx, ROOM, BOB)
        assert not await members.is_joined(tx, ELSEWHERE, ALICE)
        assert await members.known(tx, ROOM) == {ALICE, BOB}

        await members.replace_all(tx, ROOM, [(BOB, "Bobby")])
        assert await members.joined(tx, ROOM) == ((BOB, "Bobby"),)
        await members.replace_all(tx, ROOM, [])
        assert await members.joined(tx, ROOM) == ()


async def test_a_receipt_moves_forward_only_and_per_thread(database: Database) -> None:
    async with database.write() as tx:
        assert await members.read_up_to(tx, ROOM, ALICE, InTimeline()) is None
        await members.set_read(tx, ROOM, ALICE, EventId("$2"), later(2), InTimeline())
        await members.set_read(tx, ROOM, ALICE, EventId("$1"), later(1), InTimeline())
        await members.set_read(tx, ROOM, ALICE, EventId("$9"), later(9), InThread(FIRST))
        assert await members.read_up_to(tx, ROOM, ALICE, InTimeline()) == ReadMark(EventId("$2"), later(2))
        assert await members.read_up_to(tx, ROOM, ALICE, InThread(FIRST)) == ReadMark(EventId("$9"), later(9))
        assert await members.read_up_to(tx, ROOM, BOB, InTimeline()) is None


async def test_a_receipt_for_all_threads_counts_of_what_was_in_its_room_by_then(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$here", at=later(1)))
        await events.add(tx, event("$other", of=2, at=later(3)))
        await events.add(tx, event("$there", room=ELSEWHERE, at=later(5)))
        await events.add(tx, event("$later", of=2, at=later(6)))
        await members.set_read(tx, ROOM, ALICE, EventId("$other"), later(3), Everywhere())
        assert await members.marks_of(tx, ROOM, ALICE, FIRST) == {Everywhere(): ReadMark(EventId("$other"), later(3))}
        await members.set_read(tx, ROOM, ALICE, EventId("$later"), later(6), Everywhere())
        assert await members.marks_of(tx, ROOM, ALICE, FIRST) == {}


async def test_a_receipt_for_all_threads_goes_with_a_conversation_as_one_of_its_thread(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$here", at=later(1)))
        await events.add(tx, event("$other", of=2, at=later(3)))
        for who in (ALICE, BOB):
            await members.set_read(tx, ROOM, who, EventId("$other"), later(3), Everywhere())
        await members.set_read(tx, ROOM, ALICE, EventId("$here"), later(1), InThread(FIRST))
        await members.set_read(tx, ELSEWHERE, ALICE, EventId("$old"), later(9), InThread(FIRST))
        await members.move_marks(tx, FIRST, ROOM, ELSEWHERE)
        assert await members.marks_of(tx, ELSEWHERE, ALICE, FIRST) == {
            InThread(FIRST): ReadMark(EventId("$here"), later(3))
        }
        assert await members.marks_of(tx, ELSEWHERE, BOB, FIRST) == {
            InThread(FIRST): ReadMark(EventId("$other"), later(3))
        }
        await members.move_marks(tx, ConversationId(3), ROOM, ELSEWHERE)
        assert await members.marks_of(tx, ELSEWHERE, BOB, ConversationId(3)) == {}


async def test_a_room_without_a_mailbox_waits_until_it_is_forgotten(database: Database) -> None:
    async with database.write() as tx:
        await rooms.add(tx, ROOM, ALICE, NOW)
        await rooms.add(tx, ELSEWHERE, BOB, later(10))
        assert await rooms.waiting(tx, ROOM) is not None
        await rooms.forget(tx, ROOM)
        assert await rooms.waiting(tx, ROOM) is None


async def test_media_is_remembered_once_plain_and_once_encrypted(database: Database) -> None:
    blob = BlobId("ab" * 32)
    async with database.write() as tx:
        await media.put(tx, blob, False, "mxc://plain")
        await media.put(tx, blob, True, "mxc://secret", '{"key": {}}')
        assert await media.get(tx, blob, False) == ("mxc://plain", "")
        assert await media.get(tx, blob, True) == ("mxc://secret", '{"key": {}}')
        assert await media.get(tx, BlobId("cd" * 32), False) is None


async def test_the_edits_below_a_message_are_those_before_the_next_one_in_its_thread(database: Database) -> None:
    async with database.write() as tx:
        for second, name, more in (
            (1, "$note", {"kind": EventKind.NOTE, "sender": ALICE}),
            (2, "$first", {"kind": EventKind.EDIT, "sender": ALICE}),
            (3, "$line", {"kind": EventKind.NEWS}),
            (3, "$there", {"of": 2}),
            (4, "$second", {"kind": EventKind.EDIT, "sender": ALICE}),
            (5, "$mail", {}),
            (6, "$third", {"kind": EventKind.EDIT, "sender": ALICE}),
        ):
            await events.add(tx, event(name, at=later(second), **more))
        for until, found in ((9, ["$first", "$second"]), (3, ["$first"]), (1, [])):
            below = await events.edits_below(tx, FIRST, ROOM, later(1), later(until))
            assert [one.event for one in below] == found
        assert await events.edits_below(tx, FIRST, ROOM, later(4), later(9)) == ()
        assert await events.edits_below(tx, FIRST, ELSEWHERE, later(1), later(9)) == ()


async def test_a_receipt_in_the_main_timeline_is_told_beside_those_of_a_conversation(database: Database) -> None:
    async with database.write() as tx:
        await members.set_read(tx, ROOM, ALICE, EventId("$command"), later(3), InTimeline())
        await members.set_read(tx, ROOM, ALICE, EventId("$mail"), later(1), InThread(FIRST))
        assert await members.marks_of(tx, ROOM, ALICE, FIRST) == {
            InTimeline(): ReadMark(EventId("$command"), later(3)),
            InThread(FIRST): ReadMark(EventId("$mail"), later(1)),
        }
        await members.move_marks(tx, FIRST, ROOM, ELSEWHERE)
        assert list(await members.marks_of(tx, ELSEWHERE, ALICE, FIRST)) == [InThread(FIRST)]
