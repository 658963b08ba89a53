"""What is looked up before a member is mailed: their other timers, and how many mails they got."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.conversation import HistoryEntry
from bot.domain.happening import What
from bot.domain.ids import ConversationId, MailboxId, UserId
from bot.domain.mail import Address
from bot.domain.notices import DAY, TIMER, MailedOf, Notice, Sent, timer_of
from storage import conversations, history, notices, timers
from storage.database import Database
from tests.storage.made import MAILBOX, NOW, conversation

ALICE, ALIKE = UserId("@al_ce:example.org"), UserId("@alice:example.org")
LARGE = UserId("@AL_CE:example.org")
OTHER = MailboxId("other@example.org")


async def test_of_a_person_the_timers_are_found_the_soonest_first(database: Database) -> None:
    async with database.write() as tx:
        for number, person, minutes in (
            (1, ALICE, 3),
            (2, ALICE, 1),
            (3, ALIKE, 1),
            (6, LARGE, 1),
            (4, ALICE, 2),
            (5, ALICE, 20),
        ):
            due = NOW + timedelta(minutes=minutes)
            await timers.set(tx, timer_of(ConversationId(number), person), due)
        late = timer_of(ConversationId(12), ALICE, NOW - timedelta(hours=1))
        await timers.set(tx, late, NOW + timedelta(minutes=4))
        await timers.set(tx, f"quiet:{ALICE}", NOW)
    async with database.read() as tx:
        found = await timers.of_kind_ending(tx, TIMER, f":{ALICE}", 10)
        few = await timers.of_kind_ending(tx, TIMER, f":{ALICE}", 2)
    last = timer_of(ConversationId(5), ALICE)
    assert [timer for timer, _ in found] == [timer_of(ConversationId(n), ALICE) for n in (2, 4, 1)] + [late, last]
    assert few == found[:2]


@pytest.mark.parametrize("person", [ALICE, None])
async def test_what_was_put_off_is_due_now_of_one_person_or_of_all(database: Database, person: UserId | None) -> None:
    """What happened within the delay, and what is due already, keeps its time."""
    later, past, since = NOW + timedelta(hours=1), NOW - timedelta(minutes=1), NOW - timedelta(hours=2)
    async with database.write() as tx:
        await timers.set(tx, timer_of(ConversationId(1), ALICE), later)
        await timers.set(tx, timer_of(ConversationId(2), ALICE, since), later)
        await timers.set(tx, timer_of(ConversationId(3), ALICE, since), past)
        await timers.set(tx, timer_of(ConversationId(4), ALIKE, since), later)
        await timers.set(tx, f"quiet:{ALICE}", later)
    async with database.write() as tx:
        await timers.hurry_put_off(tx, f":{person}" if person else "", NOW)
    async with database.read() as tx:
        due = dict(await timers.due(tx, later))
    assert due == {
        timer_of(ConversationId(1), ALICE): later,
        timer_of(ConversationId(2), ALICE, since): NOW,
        timer_of(ConversationId(3), ALICE, since): past,
        timer_of(ConversationId(4), ALIKE, since): later if person else NOW,
        f"quiet:{ALICE}": later,
    }


async def test_what_was_put_off_of_one_conversation_is_due_now_whoever_is_to_be_told(database: Database) -> None:
    later, since = NOW + timedelta(hours=1), NOW - timedelta(hours=2)
    every = [(number, person) for number in (1, 12, 120, 13, 2) for person in (ALICE, ALIKE)]
    async with database.write() as tx:
        for number, person in every:
            await timers.set(tx, timer_of(ConversationId(number), person, since), later)
        await timers.set(tx, timer_of(ConversationId(12), ALICE), later)
    async with database.write() as tx:
        await timers.hurry_put_off(tx, "", NOW, ConversationId(12))
    async with database.read() as tx:
        hurried = {timer for timer, due in await timers.due(tx, later) if due == NOW}
    assert hurried == {timer_of(ConversationId(12), person, since) for person in (ALICE, ALIKE)}


async def test_that_there_are_too_many_was_told_counts_for_a_day_and_as_no_mail(database: Database) -> None:
    async def put(number: int, ago: timedelta, person: UserId = ALICE, mailbox: MailboxId = MAILBOX) -> None:
        async with database.write() as tx:
            await notices.put(tx, Notice(person, mailbox, ConversationId(number), NOW - ago))

    async def sent(later: timedelta = timedelta()) -> Sent:
        async with database.read() as tx:
            return await notices.sent(tx, ALICE, MAILBOX, NOW + later)

    await put(0, timedelta(hours=20), mailbox=OTHER)
    await put(1, timedelta(hours=2))
    await put(2, timedelta(minutes=5), mailbox=OTHER)
    await put(3, timedelta(minutes=5), ALIKE)
    assert await sent() == Sent((1, 2), (1, 2), was_told=True)
    assert not (await sent(timedelta(hours=5))).was_told
    await put(0, timedelta(minutes=1), ALIKE)
    assert not (await sent(DAY - timedelta(minutes=10))).was_told


async def test_of_whose_mails_a_person_was_mailed_within_a_day_and_when_they_were_answered(database: Database) -> None:
    marie, paul = "marie@example.org", "paul@example.org"

    async def put(
        number: int, hours: int, person: UserId = ALICE, mailbox: MailboxId = MAILBOX, of: bool = True
    ) -> None:
        async with database.write() as tx:
            at = NOW - timedelta(hours=hours)
            await notices.put(tx, Notice(person, mailbox, ConversationId(number), at, is_of_mails=of))

    async with database.write() as tx:
        for number, address in ((1, marie), (2, paul)):
            await conversations.save(tx, conversation(number, correspondent=Address("", address)))
        for hours, what in ((9, What.REPLIED), (4, What.REPLIED_ELSEWHERE), (1, What.NOTED)):
            line = HistoryEntry(ConversationId(1), NOW - timedelta(hours=hours), ALICE, what.key)
            await history.add(tx, line)
    await put(1, 30)
    await put(1, 5)
    await put(2, 3, mailbox=OTHER)
    await put(1, 2, of=False)
    await put(0, 2)
    await put(1, 2, ALIKE)
    async with database.read() as tx:
        found = await notices.lately(tx, ALICE, NOW)
    answered = NOW - timedelta(hours=4)
    assert set(found) == {
        MailedOf(marie, NOW - timedelta(hours=5), answered),
        MailedOf(paul, NOW - timedelta(hours=3), None),
    }
