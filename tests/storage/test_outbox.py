"""The outbox: what is claimed and when, lanes, threads, slots."""

from collections import Counter

from bot.domain.calls import Priority
from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EventId, MessageRow
from storage import conversations, events, outbox, slots
from storage.database import Database
from storage.outbox import End, State
from tests.storage.claiming import add, claim, claimed
from tests.storage.made import NOW, ROOM, conversation, copy_to_sent, event, later, planned, posted, submission

FIRST = ConversationId(1)


async def test_a_call_is_claimed_as_it_was_planned(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(
            tx,
            submission(4),
            channel="smtp:m",
            lane="c:1",
            key="submit:4",
            conversation=FIRST,
            mail=MessageRow(4),
            priority=Priority.ANSWER,
        )
        (one,) = await claim(tx, "smtp:m", now=later(1))
        assert one == await outbox.get(tx, effect)
    assert one.planned == planned(
        submission(4),
        channel="smtp:m",
        lane="c:1",
        key="submit:4",
        conversation=FIRST,
        mail=MessageRow(4),
        priority=Priority.ANSWER,
    )
    assert (one.state, one.attempt, one.failures) == (State.SENDING, 1, 0)
    assert (one.created_at, one.first_tried_at) == (NOW, later(1))


async def test_only_the_channels_that_are_asked_for_are_served(database: Database) -> None:
    async with database.write() as tx:
        chat = await add(tx)
        first = await add(tx, copy_to_sent(1), channel="imap:a", priority=Priority.ANSWER)
        second = await add(tx, copy_to_sent(2), channel="imap:b")
        assert await claimed(tx, "imap:c") == []
        assert await claimed(tx, "imap:a", "chat", "imap:c") == [first, chat]
        assert await claimed(tx, "imap:a", "imap:b") == [second]


async def test_a_call_waits_for_its_time(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, delay_seconds=20.0)
        assert await claimed(tx, now=later(19.9)) == []
        assert await claimed(tx, now=later(20)) == [effect]


async def test_what_was_refused_for_a_reason_that_is_gone_is_hurried(database: Database) -> None:
    async with database.write() as tx:
        refused, limited = await add(tx), await add(tx)
        assert await claimed(tx) == [refused, limited]
        await outbox.retry(tx, refused, later(300), counts=True, reason="M_FORBIDDEN")
        await outbox.retry(tx, limited, later(300), counts=True, reason="429")
        assert await outbox.hurry(tx, "chat", "M_FORBIDDEN", later(10)) == 1
        assert await claimed(tx, now=later(11)) == [refused]
        assert await outbox.hurry(tx, "chat", "M_FORBIDDEN", later(12)) == 0


async def test_a_lane_goes_strictly_one_after_another(database: Database) -> None:
    async with database.write() as tx:
        first = await add(tx, lane="c:1", priority=Priority.BOARD)
        second = await add(tx, lane="c:1", priority=Priority.ANSWER)
        other = await add(tx, lane="c:2")
        assert await claimed(tx) == [other, first]
        assert await claimed(tx) == []
        await outbox.retry(tx, first, later(60), True, "timeout")
        assert await claimed(tx, now=later(59)) == []
        assert await claimed(tx, now=later(60)) == [first]
        await outbox.close(tx, first, End.REFUSED, "", NOW)
        assert await claimed(tx) == [second]


async def test_calls_without_a_lane_wait_for_nobody(database: Database) -> None:
    async with database.write() as tx:
        effects = [await add(tx) for _ in range(3)]
        assert await claimed(tx) == effects


async def test_nothing_is_posted_outside_its_thread(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        reply = await add(tx, posted(thread_of=1))
        assert await claimed(tx) == []
        await conversations.set_root(tx, FIRST, EventId("$root"))
        (one,) = await claim(tx)
    assert (one.effect, one.root, one.latest_in_thread) == (reply, "$root", "$root")


async def test_the_newest_event_of_the_thread_is_known_for_the_fallback(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1, root=EventId("$root")))
        await events.add(tx, event("$root", kind=EventKind.CONVERSATION, at=later(99)))
        await events.add(tx, event("$mail", at=later(1)))
        await events.add(tx, event("$note", kind=EventKind.NOTE, at=later(2)))
        await events.add(tx, event("$edit", kind=EventKind.EDIT, at=later(3)))
        await events.add(tx, event("$other", of=2, at=later(3)))
        await add(tx, posted(thread_of=1))
        (one,) = await claim(tx)
    assert (one.root, one.latest_in_thread) == ("$root", "$note")


async def test_a_call_outside_threads_has_no_thread(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$a", of=None))
        await add(tx)
        (one,) = await claim(tx)
    assert (one.root, one.latest_in_thread, one.slot_event) == (None, None, None)


async def test_a_newer_content_takes_the_place_of_one_that_has_not_left(database: Database) -> None:
    async with database.write() as tx:
        first = await add(tx, posted("one", slot="card:1"), now=later(5))
        again = await add(tx, posted("two", slot="card:1"), now=later(1), delay_seconds=1.0, priority=Priority.ANSWER)
        last = await add(tx, posted("three", slot="card:1"), now=later(9), priority=Priority.BOARD)
        assert first == again == last
        (one,) = await claim(tx, now=later(2))
    assert one.planned == planned(posted("three", slot="card:1"), key="card:1", priority=Priority.ANSWER)


async def test_content_that_was_tried_is_never_changed(database: Database) -> None:
    async with database.write() as tx:
        first = await add(tx, posted("one", slot="card:1"))
        await claim(tx)
        second = await add(tx, posted("two", slot="card:1"))
        assert second != first
        await outbox.retry(tx, first, NOW, False, "unreachable")
        assert await add(tx, posted("three", slot="card:1")) == second
        assert not await outbox.replace(tx, "nothing", posted("x"))

        (one,) = await claim(tx)
        assert (one.effect, one.planned.call) == (first, posted("one", slot="card:1"))
        assert await claimed(tx) == []
        await slots.fill(tx, "card:1", ROOM, EventId("$card"))
        await outbox.close(tx, first, End.DONE, "$card", NOW)
        (two,) = await claim(tx)
    assert (two.effect, two.planned.call, two.slot_event) == (second, posted("three", slot="card:1"), "$card")


async def test_a_slot_is_written_by_one_call_at_a_time_whatever_their_lanes(database: Database) -> None:
    async with database.write() as tx:
        first = await add(tx, posted("one", slot="board:!r"), lane="a")
        assert await claimed(tx) == [first]
        second = await add(tx, posted("two", slot="board:!r"), lane="b", priority=Priority.ANSWER)
        assert await claimed(tx) == []
        await outbox.close(tx, first, End.UNKNOWN, "", NOW)
        assert await claimed(tx) == [second]


async def test_the_transaction_is_the_same_for_ever_and_nobody_elses(database: Database) -> None:
    async with database.write() as tx:
        first, second = await add(tx), await add(tx)
        before = [one.transaction for one in await claim(tx)]
        await outbox.retry(tx, first, NOW, True, "")
        await outbox.retry(tx, second, NOW, True, "")
        after = [one.transaction for one in await claim(tx)]
        run = f"pr-{tx.instance}-{tx.run_token}"
    assert before == after == [f"{run}-{first}", f"{run}-{second}"]


async def test_an_id_is_not_given_again_after_a_deletion(database: Database) -> None:
    async with database.write() as tx:
        first = await add(tx)
        await claim(tx)
        await outbox.close(tx, first, End.DONE, "$x", NOW)
        assert await outbox.forget_done_before(tx, later(1)) == 1
        assert await outbox.get(tx, first) is None
        assert await add(tx) > first


async def test_a_slot_is_a_key_and_the_newest_call_of_a_key_is_found(database: Database) -> None:
    async with database.write() as tx:
        first = await add(tx, posted("one", slot="card:1"))
        await claim(tx)
        second = await add(tx, posted("two", slot="card:1"))
        found = await outbox.get_by_key(tx, "card:1")
        assert found is not None
        assert (first, found.effect, found.state) == (first, second, State.OPEN)
        assert await outbox.get_by_key(tx, "") is None
        assert await outbox.cancel(tx, "card:1", NOW)


async def test_the_next_due_time_is_known_by_channel(database: Database) -> None:
    async with database.write() as tx:
        assert await outbox.next_due(tx, ["chat"]) is None
        await add(tx)
        await add(tx, delay_seconds=7.0)
        await add(tx, copy_to_sent(), channel="imap:m", delay_seconds=3.0)
        assert await outbox.next_due(tx, ["chat", "imap:m"]) == NOW
        assert await outbox.next_due(tx, ["chat", "imap:m"], after=NOW) == later(3)
        assert await outbox.next_due(tx, ["chat"], after=NOW) == later(7)
        assert await outbox.next_due(tx, ["chat"], after=later(7)) is None
        assert await outbox.next_due(tx, ["smtp:m"]) is None


async def test_the_depth_counts_what_is_not_finished(database: Database) -> None:
    async with database.write() as tx:
        for _ in range(3):
            await add(tx)
        await add(tx, submission(), channel="smtp:m")
        (one,) = await claim(tx, limit=1)
        (two,) = await claim(tx, limit=1)
        await outbox.close(tx, two.effect, End.DONE, "", NOW)
        assert await outbox.depth(tx) == Counter(
            {(State.OPEN, "SendEvent"): 1, (State.SENDING, "SendEvent"): 1, (State.OPEN, "Submit"): 1}
        )
        rows = await outbox.listing(tx)
        assert [(row.effect, row.state) for row in rows] == [(1, State.SENDING), (3, State.OPEN), (4, State.OPEN)]
        assert one.effect == 1
