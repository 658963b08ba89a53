"""How calls of the outbox end, are tried again or taken back, and what a dead process left."""

import pytest

from bot.domain.decision import RetryCall, StopCall
from storage import changes as stored_changes
from storage import outbox
from storage.database import Conflict, Database
from storage.outbox import End, State
from tests.storage.claiming import add, claim, claimed
from tests.storage.made import NOW, later, posted, submission


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


async def test_what_a_person_took_back_is_not_given_back_to_be_made_again(database: Database) -> None:
    async with database.write() as tx:
        effect = await add(tx, posted("words"), key="answer:1")
        assert await claimed(tx) == [effect]
        assert await outbox.want_back(tx, "answer:1")
        assert not await outbox.give_back(tx, effect, 1)
        assert [one.is_wanted_back for one in await outbox.under_way(tx)] == [True]


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
