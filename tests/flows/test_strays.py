"""A commit whose answer was lost: it may have been made. What was claimed by it is taken up again while the bot runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.domain.conversation import EventKind
from bot.domain.ids import EventId
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import Outcome, Posted
from bot.flows.deliver.recover import recover
from storage import events, outbox, shunted
from storage.database import Database, StorageAway, Tx
from tests.fakes.chat import ALICE
from tests.fakes.failing import fails_on
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, says


class _AnswersLost(Database):
    """The real database of a house, whose next commits are made and not answered."""

    def __init__(self, real: Database) -> None:
        self._real = real
        self.answered = 0
        """Commits that are answered before the answers are lost."""
        self.lost = 0
        self.is_sqlite = real.is_sqlite

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with self._real.write() as tx:
            yield tx
        if self.lost and self.answered:
            self.answered -= 1
        elif self.lost:
            self.lost -= 1
            raise StorageAway("the answer to COMMIT is lost")

    def read(self):  # type: ignore[no-untyped-def]
        return self._real.read()

    def glance(self):  # type: ignore[no-untyped-def]
        return self._real.glance()


def _losing(house: House) -> _AnswersLost:
    assert house.database is not None
    lossy = _AnswersLost(house.database)
    house.step.database = lossy
    return lossy


async def test_calls_of_a_claim_whose_answer_was_lost_are_made_while_the_bot_runs(house: House) -> None:
    lossy = _losing(house)
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    lossy.lost = 1
    with pytest.raises(StorageAway):
        await house.deliver.claim()
    async with house.step.database.read() as tx:
        stuck = await outbox.under_way(tx)
    assert stuck

    assert await house.deliver.look_for_strays() == len(stuck)

    await house.settle(NOW)
    assert "m2@example.org" in [m.ours["message_id"] for m in mails_in(house)]
    assert await house.open_calls() == 0


async def test_what_was_claimed_for_the_room_is_made_though_the_claim_for_the_servers_failed(house: House) -> None:
    lossy = _losing(house)
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    house.clock.forward(21.0)
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    lossy.answered, lossy.lost = 1, 1  # the first claim is of the room, the second of the servers
    claimed = await house.deliver.claim()
    assert {one.planned.channel for one in claimed} == {"chat"}
    for one in claimed:
        await house.deliver.make(one)
    assert await house.deliver.look_for_strays() == 1
    await house.deliver.settle()
    await house.settle((0.0, 16.0))
    assert len(house.provider.delivered) == 1
    assert await house.open_calls() == 0


async def test_a_stray_call_is_counted_until_it_is_taken_up(house: House) -> None:
    lossy = _losing(house)
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    lossy.lost = 1
    with pytest.raises(StorageAway):
        await house.deliver.claim()
    assert house.deliver.strayed_for == 0

    assert await house.deliver.strays()
    house.clock.forward(25.0)
    assert house.deliver.strayed_for == pytest.approx(25, abs=0.1)

    await house.deliver.look_for_strays()
    assert not await house.deliver.strays()
    assert house.deliver.strayed_for == 0


async def test_what_is_under_way_here_is_no_stray(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    claimed = await house.deliver.claim()
    assert claimed
    assert await house.deliver.look_for_strays() == 0
    for one in claimed:
        await house.deliver.make(one)
    assert await house.deliver.look_for_strays() == 0
    await house.deliver.settle()
    assert await house.deliver.look_for_strays() == 0


async def test_a_mail_whose_data_was_noted_by_a_lost_commit_leaves_once(house: House) -> None:
    lossy = _losing(house)
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    house.clock.forward(21.0)
    claimed = await house.deliver.claim()
    assert [one.planned.channel for one in claimed] == ["smtp:contact@asso.example"]
    lossy.lost = 1
    await house.deliver.make(claimed[0])
    await house.deliver.settle()
    assert house.provider.delivered == [], "DATA was not said: its note may not have been taken"

    # Its server was not asked: no minute is waited for it, and nobody is told of a try that failed.
    await house.settle((3.0, 16.0))
    assert len(house.provider.delivered) == 1
    assert "retrying" not in str([p.content for p in house.homeserver.posted])
    assert card_says(house)["status"] == "pending"


async def test_a_start_waits_for_a_database_that_does_not_answer(house: House) -> None:
    lossy = _losing(house)
    lossy.lost = 1

    await recover(house.step, house.deliver.channels)

    assert lossy.lost == 0


async def test_a_call_to_the_room_that_another_process_may_be_making_is_broken_off_and_made_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, under_way = type(house.deliver.chat.chat), asyncio.Event()
    send = chat.send

    async def hangs(*_: object, **__: object) -> Outcome:
        under_way.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(chat, "send", hangs)
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    delivering = asyncio.create_task(house.deliver.run())
    async with asyncio.timeout(20):
        await under_way.wait()
        monkeypatch.setattr(chat, "send", send)
        house.deliver.break_off()
        while await house.open_calls():
            await asyncio.sleep(0.02)
    assert not delivering.done()
    delivering.cancel()
    await asyncio.wait({delivering})
    assert [m.ours["message_id"] for m in mails_in(house)].count("m2@example.org") == 1


async def test_a_call_that_was_claimed_before_the_process_stood_still_is_not_made_until_the_lease_is_sure_again(
    house: House,
) -> None:
    asked, is_sure = asyncio.Event(), False

    def look() -> bool:
        asked.set()
        return is_sure

    house.deliver.is_sure = look
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    before = len(mails_in(house))
    delivering = asyncio.create_task(house.deliver.run())
    async with asyncio.timeout(20):
        await asked.wait()
        while await house.deliver.strays():
            await asyncio.sleep(0.02)
        assert len(mails_in(house)) == before
        is_sure = True
        while await house.open_calls():
            await asyncio.sleep(0.02)
    assert not delivering.done()
    delivering.cancel()
    await asyncio.wait({delivering})
    assert [m.ours["message_id"] for m in mails_in(house)].count("m2@example.org") == 1


async def test_a_mail_that_is_being_handed_over_is_not_broken_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, under_way, go_on = type(house.deliver.mail[MAILBOX.id].submission), asyncio.Event(), asyncio.Event()
    submit = submission.submit

    async def is_slow(*given: object, **named: object) -> object:
        under_way.set()
        await go_on.wait()
        return await submit(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(submission, "submit", is_slow)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    house.clock.forward(21.0)
    # A mail asks by its transaction before DATA.
    house.deliver.is_sure = lambda: False
    delivering = asyncio.create_task(house.deliver.run())
    async with asyncio.timeout(20):
        await under_way.wait()
        house.deliver.break_off()
        go_on.set()
        while not house.provider.delivered:
            await asyncio.sleep(0.02)
    delivering.cancel()
    await asyncio.wait({delivering})
    assert len(house.provider.delivered) == 1


async def test_what_is_put_aside_by_a_commit_whose_answer_is_lost_holds_nothing_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lossy = _losing(house)
    fails_on(monkeypatch, lambda one: True)
    lossy.lost = 1
    async with asyncio.timeout(20.0):
        await house.step.take(says("!close", thread=card_of(house)))
    monkeypatch.undo()
    async with house.step.database.read() as tx:
        assert len(await shunted.listing(tx)) == 1
    await happens(house, says("!assign me", thread=card_of(house)))
    assert card_says(house)["assignee"] == ALICE


@pytest.mark.parametrize("at_once", [False, True])
async def test_an_end_of_a_call_that_comes_twice_is_taken_once(house: House, at_once: bool) -> None:
    house.provider.deliver(mail(id="m2@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    card, *_ = await house.deliver.claim()
    receipt = Receipt(card.effect, card.attempt, Posted(EventId("$card-of-2")), house.clock.now())
    if at_once:
        await asyncio.gather(house.step.take(receipt), house.step.take(receipt))
    else:
        await house.step.take(receipt)
        await house.step.take(receipt)
    async with house.step.database.read() as tx:
        assert card.planned.conversation is not None
        assert await events.last_of_kind(tx, card.planned.conversation, EventKind.CONVERSATION) is not None
        assert await shunted.listing(tx) == ()
