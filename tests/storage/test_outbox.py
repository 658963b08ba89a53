"""The outbox: order, threads, slots, tries, and what a dead process left."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.calls import Call, Priority
from bot.domain.conversation import EventKind
from bot.domain.decision import RetryCall, StopCall
from bot.domain.ids import ConversationId, EffectId, EventId, MailboxId, MessageRow
from storage import changes as stored_changes
from storage import conversations, events, outbox, slots
from storage.database import Conflict, Database, Tx
from storage.outbox import Claimed, End, State
from tests.storage.made import NOW, ROOM, conversation, copy_to_sent, event, later, planned, posted, submission

FIRST = ConversationId(1)


async def add(tx: Tx, call: Call | None = None, now: datetime = NOW, **changes: Any) -> EffectId:
    return await outbox.add(tx, planned(call, **changes), now)


async def claim(tx: Tx, *channels: str, now: datetime = NOW, limit: int = 100) -> tuple[Claimed, ...]:
    return await outbox.claim(tx, channels=channels or ("chat",), now=now, limit=limit, owner="me")


async def claimed(tx: Tx, *channels: str, now: datetime = NOW, limit: int = 100) -> list[EffectId]:
    return [one.effect for one in await claim(tx, *channels, now=now, limit=limit)]


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


async def test_the_urgent_come_first_then_the_older(database: Database) -> None:
    async with database.write() as tx:
        mail = await add(tx)
        board = await add(tx, priority=Priority.BOARD)
        answer = await add(tx, priority=Priority.ANSWER)
        second_mail = await add(tx)
        assert await claimed(tx, limit=2) == [answer, mail]
        assert await claimed(tx) == [second_mail, board]
        assert await claimed(tx) == []


async def with_mailboxes(tx: Tx, *names: str) -> list[ConversationId]:
    """A conversation with a card of each mailbox."""
    for number, name in enumerate(names, 1):
        one = conversation(number, mailbox=MailboxId(name), root=EventId(f"$root-{name}"))
        await conversations.save(tx, one)
    return [ConversationId(number) for number in range(1, len(names) + 1)]


async def test_a_mailbox_with_a_flood_lets_the_others_pass(database: Database) -> None:
    async with database.write() as tx:
        a, b, c = await with_mailboxes(tx, "a", "b", "c")
        flood = [await add(tx, conversation=a) for _ in range(300)]
        assert await claimed(tx, limit=12) == flood[:12]
        first, second = [await add(tx, conversation=b) for _ in range(2)]
        only = await add(tx, conversation=c)
        assert await claimed(tx, limit=6) == [first, only, flood[12], second, *flood[13:15]]


async def test_two_floods_take_turns_and_a_third_does_not_go_before_what_waits_longer(database: Database) -> None:
    async with database.write() as tx:
        a, b, c = await with_mailboxes(tx, "a", "b", "c")
        for whose in (a, b):
            for _ in range(50):
                await add(tx, conversation=whose)
        assert len(await claimed(tx, limit=40)) == 40
        for _ in range(50):
            await add(tx, conversation=c)
        of = [one.planned.conversation for one in await claim(tx, limit=60)]
    assert [Counter(of[at : at + 6]) for at in range(6, 60, 6)] == [Counter({a: 2, b: 2, c: 2})] * 9


async def test_a_mailbox_that_always_has_something_new_does_not_hold_up_one_that_waits(database: Database) -> None:
    async with database.write() as tx:
        a, b = await with_mailboxes(tx, "a", "b")
        waiting = [await add(tx, conversation=b) for _ in range(5)]
        got = []
        for _ in range(10):
            # The next one comes as soon as the last one was taken.
            await add(tx, conversation=a)
            (one,) = await claimed(tx, limit=1)
            await outbox.close(tx, one, End.DONE, "", NOW)
            got.append(one)
    assert [one for one in got if one in waiting] == waiting


async def test_what_cannot_be_posted_does_not_stop_the_turns(database: Database) -> None:
    """A mailbox whose room lets nobody in has the oldest calls for days."""
    async with database.write() as tx:
        a, b, c = await with_mailboxes(tx, "a", "b", "c")
        stuck = [await add(tx, conversation=c) for _ in range(3)]
        assert await claimed(tx) == stuck
        for one in stuck:
            await outbox.retry(tx, one, later(3600), counts=True, reason="M_FORBIDDEN")
        for _ in range(30):
            await add(tx, conversation=a)
        assert len(await claimed(tx, limit=20)) == 20
        for _ in range(30):
            await add(tx, conversation=b)
        of = [one.planned.conversation for one in await claim(tx, limit=12)]
    assert abs(of.count(a) - of.count(b)) <= 2


async def test_turns_count_within_a_priority_and_an_urgent_call_overtakes_them(database: Database) -> None:
    async with database.write() as tx:
        a, b = await with_mailboxes(tx, "a", "b")
        flood = [await add(tx, conversation=a) for _ in range(5)]
        answer = await add(tx, conversation=a, priority=Priority.ANSWER)
        card = await add(tx, posted(slot="card:1"), conversation=a, priority=Priority.BOARD)
        assert await add(tx, posted("new", slot="card:1"), conversation=a, priority=Priority.ANSWER) == card
        mail = await add(tx, conversation=b)
        assert await claimed(tx, limit=4) == [answer, card, flood[0], mail]


async def test_the_oldest_call_that_waits_is_known(database: Database) -> None:
    async with database.write() as tx:
        assert await outbox.oldest_due(tx, later(100)) is None
        await add(tx, submission(), channel="smtp:m", delay_seconds=50.0)
        await add(tx, priority=Priority.DESCRIPTION)
        assert await outbox.oldest_due(tx, later(49)) is None
        retried = await add(tx, now=later(1))
        waiting = await add(tx, now=later(5))
        assert await outbox.oldest_due(tx, later(49)) == later(1)
        await claim(tx, now=later(6), limit=1)
        await outbox.retry(tx, retried, later(900), counts=True, reason="500")
        assert await outbox.oldest_due(tx, later(100)) == later(5)
        await outbox.cancel(tx, "")
        await outbox.close(tx, waiting, End.DONE, "", NOW)
        assert await outbox.oldest_due(tx, later(100)) == later(50)


async def test_commands_are_described_one_at_a_time_while_nothing_else_is_done(database: Database) -> None:
    async with database.write() as tx:
        described = [await add(tx, lane=f"describe:{n}", priority=Priority.DESCRIPTION) for n in range(12)]
        board = await add(tx, priority=Priority.BOARD)
        assert await claimed(tx, limit=12) == [board]
        assert await claimed(tx, limit=12) == []
        await outbox.close(tx, board, End.DONE, "", NOW)
        assert await claimed(tx, limit=12) == described[:1]
        mail = await add(tx)
        assert await claimed(tx, limit=12) == [mail]


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


async def test_an_outage_is_not_the_calls_failure(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx)
        await claim(tx)
        await outbox.retry(tx, effect, later(1), False, "unreachable")
        await claim(tx, now=later(1))
        await outbox.retry(tx, effect, later(2), True, "450")
        (one,) = await claim(tx, now=later(2))
    assert (one.attempt, one.failures, one.reason, one.first_tried_at) == (3, 1, "450", NOW)


async def test_a_call_ends_once(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx)
        await claim(tx)
        await outbox.close(tx, effect, End.DONE, "$posted", NOW)
        await outbox.close(tx, effect, End.REFUSED, "", NOW)
        await outbox.retry(tx, effect, NOW, True, "")
        one = await outbox.get(tx, effect)
    assert one is not None
    assert (one.state, one.ref) == (State.DONE, "$posted")


async def test_what_was_never_tried_can_be_taken_back(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, submission(4), channel="smtp:m", key="submit:4", delay_seconds=20.0)
        assert not await outbox.cancel(tx, "submit:5", NOW)
        assert not await outbox.cancel(tx, "", NOW)
        assert await outbox.cancel(tx, "submit:4", NOW)
        assert not await outbox.cancel(tx, "submit:4", NOW)
        assert await claimed(tx, "smtp:m", now=later(20)) == []
        one = await outbox.get(tx, effect)
        assert one is not None
        assert one.state is State.CANCELLED


async def test_what_was_tried_cannot_be_taken_back_or_replaced(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, submission(4), channel="smtp:m", key="submit:4")
        await claim(tx, "smtp:m")
        assert not await outbox.cancel(tx, "submit:4", NOW)
        await outbox.retry(tx, effect, later(1), True, "450")
        assert not await outbox.cancel(tx, "submit:4", NOW)
        assert not await outbox.replace(tx, "submit:4", submission(5))


async def test_what_was_never_tried_can_be_replaced(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, submission(4), channel="smtp:m", key="submit:4")
        assert await outbox.replace(tx, "submit:4", submission(5))
        (one,) = await claim(tx, "smtp:m")
        assert (one.effect, one.planned.call) == (effect, submission(5))


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


async def test_calls_of_a_dead_process_are_made_again_but_not_a_mail_after_data(database: Database) -> None:
    async with database.write() as tx:
        chat = await add(tx)
        before_data = await add(tx, submission(1), channel="smtp:m")
        after_data = await add(tx, submission(2), channel="smtp:m")
        other = await add(tx, submission(3), channel="smtp:other")
        await claim(tx, "chat", "smtp:m", "smtp:other")
        await outbox.set_phase(tx, after_data, 1, "data")

        assert await outbox.reopen(tx, ["chat", "smtp:m"]) == 2
        assert [one.effect for one in await outbox.interrupted(tx, ["chat", "smtp:m"])] == [after_data]
        again = await claim(tx, "chat", "smtp:m", "smtp:other")
        assert [(one.effect, one.attempt) for one in again] == [(chat, 2), (before_data, 2)]
        left = await outbox.get(tx, other)
        assert left is not None
        assert left.state is State.SENDING


async def test_a_call_that_is_wanted_back_while_it_is_made_is_made_no_more(database: Database) -> None:
    async with database.write() as tx:
        await add(tx, submission(), channel="smtp:m", key="submit:1")
        assert not await outbox.want_back(tx, "submit:1"), "it waits, and can be cancelled"
        (made,) = await claim(tx, "smtp:m")
        await stored_changes.apply(tx, (StopCall("submit:1"),), NOW)
        assert await outbox.reopen(tx, ["smtp:m"]) == 0
        assert [one.effect for one in await outbox.interrupted(tx, ["smtp:m"])] == [made.effect]
        assert [one.is_wanted_back for one in await outbox.under_way(tx)] == [True]
        assert not await outbox.set_phase(tx, made.effect, made.attempt, "data"), "its words do not leave"
        with pytest.raises(Conflict):
            await stored_changes.apply(tx, (RetryCall(made.effect, NOW, True, "450"),), NOW)
        await outbox.close(tx, made.effect, End.CANCELLED, "", NOW)
        with pytest.raises(Conflict):
            await stored_changes.apply(tx, (StopCall("submit:1"),), NOW)


async def test_a_call_that_changed_hands_is_known(database: Database) -> None:
    async with database.write() as tx:
        await add(tx)
        await claim(tx)
        await outbox.reopen(tx, ["chat"])
        (mine,) = await claim(tx)
        await outbox.reopen(tx, ["chat"])
        (theirs,) = await outbox.claim(tx, channels=["chat"], now=NOW, limit=5, owner="another")
        # That one may end before it has looked for what was done.
        await outbox.retry(tx, theirs.effect, NOW, True, "room_unseen")
        (again,) = await outbox.claim(tx, channels=["chat"], now=NOW, limit=5, owner="another")
    assert (mine.changed_hands, theirs.changed_hands, again.changed_hands) == (False, True, True)


async def test_a_new_try_starts_before_data_again(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, submission(1), channel="smtp:m")
        await claim(tx, "smtp:m")
        await outbox.set_phase(tx, effect, 1, "data")
        await outbox.retry(tx, effect, NOW, True, "451")
        await claim(tx, "smtp:m")
        assert await outbox.interrupted(tx, ["smtp:m"]) == ()


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


async def test_only_what_ended_well_is_forgotten(database: Database) -> None:
    async with database.write() as tx:
        ends = {end: await add(tx) for end in End}
        waiting = await add(tx)
        for end, effect in ends.items():
            await outbox.close(tx, effect, end, "", NOW)
        assert await outbox.forget_done_before(tx, NOW) == 0
        assert await outbox.forget_done_before(tx, later(1), limit=1) == 1
        assert await outbox.forget_done_before(tx, later(1)) == 1
        kept = [effect for effect in (*ends.values(), waiting) if await outbox.get(tx, effect) is not None]
        assert kept == [ends[End.REFUSED], ends[End.UNKNOWN], waiting]


async def test_claims_at_the_same_time_never_take_the_same_call_or_lane(database: Database) -> None:
    async with database.write() as tx:
        for number in range(30):
            await add(tx, lane=f"c:{number % 10}")

    async def one_claim() -> list[EffectId]:
        async with database.write() as tx:
            return await claimed(tx, limit=3)

    taken = await asyncio.gather(*(one_claim() for _ in range(8)))
    assert sorted(effect for some in taken for effect in some) == list(range(1, 11))


async def test_a_lane_whose_later_call_was_committed_first_still_has_one_on_its_way(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    async with database.write() as slow:
        first = await add(slow, lane="c:1")
        async with database.write() as quick:
            second = await add(quick, lane="c:1")
        async with database.write() as tx:
            assert await claimed(tx) == [second]
    async with database.write() as tx:
        assert await claimed(tx) == []
        await outbox.close(tx, second, End.DONE, "", NOW)
        assert await claimed(tx) == [first]


async def test_a_claim_takes_the_words_that_a_commit_at_the_same_moment_puts_in_place_of_others(
    database: Database,
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")

    async def one_claim() -> tuple[Claimed, ...]:
        async with database.write() as tx:
            return await claim(tx)

    async with database.write() as tx:
        card = await add(tx, posted("assigned", slot="card:1"))
        answer = await add(tx, posted("first words"), key="answer:1")
    async with database.write() as writer:
        assert await add(writer, posted("closed", slot="card:1")) == card
        assert await outbox.replace(writer, "answer:1", posted("second words"))
        meanwhile = asyncio.create_task(one_claim())
        while not await _waits_for_a_lock(database):
            await asyncio.sleep(0.01)
    contents = {one.effect: one.planned.call for one in await meanwhile}
    assert contents == {card: posted("closed", slot="card:1"), answer: posted("second words")}


async def test_what_a_person_took_back_is_not_given_back_to_be_made_again(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, posted("words"), key="answer:1")
        assert await claimed(tx) == [effect]
        assert await outbox.want_back(tx, "answer:1")
        assert not await outbox.give_back(tx, effect, 1)
        assert [one.is_wanted_back for one in await outbox.under_way(tx)] == [True]


async def _waits_for_a_lock(database: Database) -> bool:
    waiting = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    async with database.write() as tx:
        return bool(await tx.all(waiting))


async def test_a_row_number_that_a_restore_gives_again_makes_another_transaction(empty_url: str) -> None:
    transactions = []
    for _ in range(2):
        opened = await Database.open(empty_url)
        async with opened.write() as tx:
            await add(tx, lane="")
            transactions += [one.transaction for one in await claim(tx)]
        await opened.close()
    (first, second) = transactions
    assert first.rsplit("-", 1)[0] != second.rsplit("-", 1)[0]
