"""Who comes first in the outbox: the urgent, then the older, and mailboxes by turns."""

from collections import Counter

from bot.domain.calls import Priority
from bot.domain.ids import ConversationId, EventId, MailboxId
from storage import conversations, outbox
from storage.database import Database, Tx
from storage.outbox import End
from tests.storage.claiming import add, claim, claimed
from tests.storage.made import NOW, conversation, later, posted, submission


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
