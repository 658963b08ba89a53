"""What was seen, what is due, how far we have read, who serves what, and what was put aside."""

import pytest

from storage import cursors, seen, shunted, timers
from storage.cursors import FolderCursor
from storage.database import Conflict, Database
from tests.storage.made import MAILBOX, NOW, later


async def test_an_input_is_decided_once(database: Database) -> None:
    async with database.write() as tx:
        assert not await seen.was_seen(tx, "event:$a")
        await seen.mark_seen(tx, "event:$a", NOW)
        assert await seen.was_seen(tx, "event:$a")
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)


async def test_a_key_may_be_of_any_length(database: Database) -> None:
    key = "mail:" + "x" * 10_000
    async with database.write() as tx:
        await seen.mark_seen(tx, key, NOW)
        assert await seen.was_seen(tx, key)
        assert not await seen.was_seen(tx, key + "x")


async def test_old_events_are_forgotten_mails_and_ratchets_never(database: Database) -> None:
    kept = ("mail:m:INBOX:1:1", "reset:m:INBOX:2", "ratchet:a", "ratchet:b")
    async with database.write() as tx:
        for key in ("mail:m:INBOX:1:1", "reset:m:INBOX:2", "ratchet:a", "event:$old", "receipt:1:1"):
            await seen.mark_seen(tx, key, NOW)
        await seen.rule_out(tx, "ratchet:b", NOW)
        await seen.mark_seen(tx, "event:$new", later(10))
        assert await seen.forget_before(tx, later(10)) == 2
        left = [key for key in (*kept, "event:$old", "receipt:1:1", "event:$new") if await seen.was_seen(tx, key)]
    assert left == [*kept, "event:$new"]


async def test_an_input_may_be_decided_again_when_somebody_asks_for_it(database: Database) -> None:
    async with database.write() as tx:
        await seen.mark_seen(tx, "mail:m:INBOX:1:1", NOW)
        await seen.forget(tx, "mail:m:INBOX:1:1")
        assert not await seen.was_seen(tx, "mail:m:INBOX:1:1")


async def test_a_timer_is_due_in_its_order_until_taken(database: Database) -> None:
    async with database.write() as tx:
        assert await timers.next_due(tx) is None
        await timers.set(tx, "late", later(9))
        await timers.set(tx, "b", later(2))
        await timers.set(tx, "a", later(1))
        assert await timers.next_due(tx) == later(1)
        assert await timers.due(tx, later(2), 10) == (("a", later(1)), ("b", later(2)))
        assert await timers.due(tx, later(2), 1) == (("a", later(1)),)
        assert await timers.take(tx, "a", later(1))
        assert await timers.next_due(tx) == later(2)


async def test_a_timer_may_keep_the_earlier_time(database: Database) -> None:
    async with database.write() as tx:
        await timers.set(tx, "board", later(5), keep_earlier=True)
        await timers.set(tx, "board", later(9), keep_earlier=True)
        assert await timers.next_due(tx) == later(5)
        await timers.set(tx, "board", later(3), keep_earlier=True)
        assert await timers.next_due(tx) == later(3)
        await timers.set(tx, "board", later(9))
        assert await timers.next_due(tx) == later(9)


async def test_a_timer_that_was_set_anew_is_not_taken_with_the_old_one(database: Database) -> None:
    async with database.write() as tx:
        await timers.set(tx, "board", later(5))
        assert not await timers.take(tx, "board", later(4))
        assert await timers.next_due(tx) == later(5)
        assert await timers.take(tx, "board", later(5))
        assert await timers.next_due(tx) is None


async def test_each_folder_has_its_cursor(database: Database) -> None:
    async with database.write() as tx:
        assert await cursors.folder(tx, MAILBOX, "INBOX") is None
        await cursors.set_folder(tx, MAILBOX, "INBOX", FolderCursor(1, 5, NOW))
        await cursors.set_folder(tx, MAILBOX, "Boîte d'envoi", FolderCursor(3, 2**32 - 1, NOW))
        await cursors.set_folder(tx, MAILBOX, "INBOX", FolderCursor(2, 7, later(1)))
        assert await cursors.folder(tx, MAILBOX, "INBOX") == FolderCursor(2, 7, later(1))
        assert await cursors.folder(tx, MAILBOX, "Boîte d'envoi") == FolderCursor(3, 2**32 - 1, NOW)


async def test_the_token_is_that_of_the_device_or_the_one_set_last(database: Database) -> None:
    async with database.write() as tx:
        assert await cursors.token(tx) is None
        await cursors.set_token(tx, "ONE", "s1")
        await cursors.set_token(tx, "TWO", "s2")
        await cursors.set_token(tx, "ONE", "s3")
        assert await cursors.token(tx) == "s3"
        assert await cursors.token(tx, "TWO") == "s2"
        assert await cursors.token(tx, "THREE") is None


async def test_what_could_not_be_decided_is_put_aside_once(database: Database) -> None:
    async with database.write() as tx:
        first = await shunted.add(tx, "event:$a", "TeamMessage", '{"body": "x"}', "KeyError", NOW)
        assert await shunted.add(tx, "event:$a", "TeamMessage", "{}", "again", later(1)) == first
        second = await shunted.add(tx, "event:$b", "Reaction", "{}", "ValueError", NOW)
        found = await shunted.get(tx, first)
        assert found == shunted.Shunted(first, "event:$a", "TeamMessage", '{"body": "x"}', "KeyError", NOW)
        assert [one.id for one in await shunted.listing(tx)] == [first, second]
        assert await shunted.drop(tx, first)
        assert not await shunted.drop(tx, first)
        assert await shunted.get(tx, first) is None
