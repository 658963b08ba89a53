"""Two inputs decided at the same moment on PostgreSQL: the second sees what the first did, or is decided again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.conversation import OutState
from bot.domain.ids import ConversationId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.mail import MailArrived
from bot.domain.inputs.room import MailboxMoved
from bot.domain.inputs.said import TeamMessage
from bot.domain.outcomes import Unknown
from bot.domain.rules.moves import anew_timer
from bot.flows.load.inputs import load as load_it
from bot.flows.pump.owed import Owed
from bot.flows.step import step
from storage import mails, returned, timers
from storage import settings as stored_settings
from tests.fakes.chat import ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.mail import FakeInbox, id_of
from tests.fakes.upgrading import NEW
from tests.fakes.writing import bounce, mail, says
from tests.flows.on_postgres import house

__all__ = ["house"]

Meanwhile = Callable[[type[Input], Callable[[], Awaitable[None]]], list[asyncio.Task[None]]]


@pytest.fixture
def meanwhile(house: House, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Once, after an input of this kind was loaded and before it is decided: the other one is, as far as it can be."""
    begun: list[asyncio.Task[None]] = []

    def after(kind: type[Input], other: Callable[[], Awaitable[None]]) -> list[asyncio.Task[None]]:
        async def load(tx, input, **known):  # type: ignore[no-untyped-def]
            loaded = await load_it(tx, input, **known)
            if isinstance(input, kind) and not begun:
                begun.append(asyncio.ensure_future(other()))
                while not begun[0].done() and not await _somebody_waits(house):
                    await asyncio.sleep(0.01)
            return loaded

        monkeypatch.setattr(step, "load", load)
        return begun

    return after


async def _somebody_waits(house: House) -> bool:
    waiting = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    async with house.step.database.glance() as tx:
        return bool(await tx.all(waiting))


async def _read(house: House) -> None:
    for pump in house.pumps:
        await pump.catch_up(await pump.open())


async def test_a_mail_that_comes_while_the_board_is_drawn_is_on_the_next_board(
    house: House, meanwhile: Meanwhile
) -> None:
    house.provider.deliver(mail(id="m2@example.org", subject="Second"))
    await _read(house)
    house.provider.deliver(mail(id="m3@example.org", subject="While it is drawn"))
    begun = meanwhile(TimerDue, lambda: _read(house))
    house.clock.forward(30.0)
    await house.timers.tick()
    await begun[0]
    async with house.step.database.read() as tx:
        assert await timers.next_due(tx) is not None


async def test_a_card_that_is_posted_anew_shows_what_was_decided_at_that_moment(
    house: House, meanwhile: Meanwhile
) -> None:
    anew = TimerDue(anew_timer(ROOM), house.clock.now())
    async with house.step.database.write() as tx:
        await timers.set(tx, anew.timer, anew.due)
    begun = meanwhile(TimerDue, lambda: house.step.take(says("!close", thread=card_of(house))))
    await house.step.take(anew)
    await begun[0]
    await house.settle(NOW)
    cards = [p for p in house.homeserver.of_kind("conversation") if p.ours["conversation"] == 1]
    assert house.homeserver.current(cards[-1].event)["org.postroom"]["status"] == "closed"  # type: ignore[index]


async def test_a_mail_whose_copy_shows_up_as_it_is_sent_again_does_not_leave_twice(
    house: House, meanwhile: Meanwhile
) -> None:
    house.provider.answers.append(Unknown("lost"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    async with house.step.database.read() as tx:
        (sent,) = [r for r in await mails.recent(tx, ConversationId(1), 5) if r.state is not None]
    assert sent.state is OutState.UNKNOWN
    left = len(house.provider.delivered)
    house.provider.deliver(house.step.blobs.read(sent.raw), "Sent")
    begun = meanwhile(TeamMessage, lambda: _read(house))
    await house.step.take(says("!resend", thread=card_of(house)))
    await begun[0]
    await house.settle(SENT)
    assert len(house.provider.delivered) == left


async def test_a_mailbox_moves_while_nothing_else_is_decided(house: House) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, room=NEW),)))
    async with house.step.database.write() as tx:
        await stored_settings.enter(tx, "")
        moving = asyncio.ensure_future(house.step.take(MailboxMoved(MAILBOX.id, ROOM, house.clock.now())))
        while not moving.done() and not await _somebody_waits(house):
            await asyncio.sleep(0.01)
        assert not moving.done()
    await moving


async def test_two_mails_that_come_back_from_an_address_at_the_same_moment_count_as_two(
    house: House, meanwhile: Meanwhile
) -> None:
    house.provider.deliver(mail(id="m2@example.org", subject="Second"))
    await house.settle(NOW)
    for number in (1, 2):
        await happens(house, says("!reply Bonjour", thread=card_of(house, number)), seconds=SENT)
    house.provider.folders["Lists"] = []
    for number, ((_, _, raw), folder) in enumerate(zip(house.provider.delivered, ("INBOX", "Lists"), strict=True)):
        house.provider.deliver(bounce(id_of(raw), "marie@example.org", number), folder)
    inbox = house.pumps[0]
    lists = replace(inbox, folder="Lists", inbox=FakeInbox(house.provider, "Lists"), start="all", _owed=Owed())

    async def of_lists() -> None:
        await lists.catch_up(await lists.open())

    begun = meanwhile(MailArrived, of_lists)
    await inbox.catch_up(await inbox.open())
    await begun[0]
    async with house.step.database.read() as tx:
        (known,) = await returned.of(tx, MAILBOX.id, ["marie@example.org"])
    assert known.is_bad
