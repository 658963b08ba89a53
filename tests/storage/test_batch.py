"""Changes that nobody waits for mean the same in one statement as one after another."""

import pytest

from bot.domain.conversation import EventKind, HistoryEntry, Status
from bot.domain.ids import ConversationId, EventId
from bot.domain.needs import Listed
from storage import conversations, events, history, numbers, outbox, pages, planning, seen, slots, timers
from storage.database import Conflict, Database, Tx
from tests.storage.made import NOW, ROOM, conversation, event, later, planned, posted

FIRST = ConversationId(1)


async def _saved_twice(tx: Tx) -> None:
    await conversations.save(tx, conversation(1))
    await conversations.save(tx, conversation(1, version=1, status=Status.CLOSED))
    await conversations.set_root(tx, FIRST, EventId("$card"))


async def test_a_later_change_of_a_row_sees_the_earlier_one(database: Database) -> None:
    async with database.write() as tx:
        await _saved_twice(tx)
        await timers.set(tx, "t", later(9))
        await timers.set(tx, "t", later(5), keep_earlier=True)
        await timers.set(tx, "u", later(1))
        assert await timers.take(tx, "u", later(1))
        await slots.fill(tx, "board", ROOM, EventId("$one"))
        await slots.fill(tx, "board", ROOM, EventId("$two"))
        await slots.fill(tx, "other", ROOM, EventId("$three"))
        await events.add(tx, event("$one", body="old"))
        await events.add(tx, event("$two", body="first"))
        await events.add(tx, event("$two", body="second"))
        await events.put(tx, event("$one", body="new"))
        await events.add(tx, event("$one", body="newer"))
        await numbers.taken(tx, "n", 7)
        await numbers.taken(tx, "n", 3)
    async with database.read() as tx:
        one = await conversations.get(tx, FIRST)
        assert one is not None
        assert (one.status, one.version, one.root) == (Status.CLOSED, 2, EventId("$card"))
        assert await timers.next_due(tx) == later(5)
        assert await slots.get(tx, "board") == (ROOM, EventId("$two"))
        assert await slots.get(tx, "other") == (ROOM, EventId("$three"))
        known = await events.get(tx, ROOM, EventId("$one"))
        assert known is not None
        other = await events.get(tx, ROOM, EventId("$two"))
        assert other is not None
        assert other.body == "first"
        assert (known.body, known.kind) == ("new", EventKind.MAIL)
        assert await numbers.next_number(tx, "n") == 8


async def test_the_counts_of_a_list_are_those_of_its_rows(database: Database) -> None:
    async with database.write() as tx:
        for number in range(1, 60):
            await conversations.save(tx, conversation(number))
    async with database.read() as tx:
        shown, total = await pages.listing(tx, Listed((conversation(1).mailbox,), size=100))
    assert (len(shown), total) == (59, 59)


async def test_rows_that_the_database_numbers_keep_their_order(database: Database) -> None:
    entries = [HistoryEntry(FIRST, NOW, None, "history.closed", str(number)) for number in range(5)]
    async with database.write() as tx:
        for entry in entries:
            await history.add(tx, entry)
    async with database.read() as tx:
        assert await history.of(tx, FIRST) == tuple(entries)


async def test_calls_that_are_planned_together_leave_in_their_order(database: Database) -> None:
    async with database.write() as tx:
        calls = [planned(lane="c:1"), planned(posted(slot="s"), lane="c:1"), planned(posted(slot="s"), lane="c:1")]
        ids = await planning.add_all(tx, [*calls, planned(lane="c:1")], NOW)
        assert ids[1] == ids[2]
        assert list(ids) == sorted(ids)
    left = []
    async with database.write() as tx:
        while taken := await outbox.claim(tx, channels=["chat"], now=NOW, limit=9, owner="me"):
            left += [one.effect for one in taken]
            for one in taken:
                await outbox.close(tx, one.effect, outbox.End.DONE, "", NOW)
    assert left == [ids[0], ids[1], ids[3]]


async def _decided_twice(database: Database) -> None:
    async with database.write() as tx:
        await seen.mark_seen(tx, "mail:1", NOW)
        await seen.mark_seen(tx, "mail:1", NOW)


async def test_a_key_that_is_taken_twice_is_a_conflict_at_the_latest_by_the_commit(database: Database) -> None:
    with pytest.raises(Conflict):
        await _decided_twice(database)
    async with database.read() as tx:
        assert not await seen.was_seen(tx, "mail:1")


async def test_a_conversation_that_somebody_else_changed_is_a_conflict(database: Database) -> None:
    async with database.write() as tx:
        await _saved_twice(tx)
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await conversations.save(tx, conversation(1, version=1, status=Status.SPAM))
