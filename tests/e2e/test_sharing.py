"""Two processes share the mailboxes of one PostgreSQL database, and one takes over from a dead one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.demo.bot_process import BotProcess
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import SlowAnswer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Case, Desk, House, housed, until
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.stand_by import standing_by

_TAKEN_WITHIN = 20.0


def held(process: BotProcess) -> int:
    """How many mailboxes it holds, as its log says last."""
    lines = [one for one in process.log.read_text(errors="replace").splitlines() if '"mailboxes_held"' in one]
    return int(json.loads(lines[-1])["count"]) if lines else 0


async def holds(process: BotProcess, count: int) -> None:
    async def does() -> bool:
        return held(process) == count

    await until(does, f"{count} mailboxes with a process")


@dataclass(frozen=True, slots=True)
class Pair:
    house: House
    second: BotProcess

    async def shared(self) -> None:
        await holds(self.house.bot, 1)
        await holds(self.second, 1)

    def shown_once(self, desk: Desk, *raws: bytes) -> None:
        shown = [event.postroom.get("message_id") for event in self.house.posted(desk.room, "mail")]
        assert [id_of(raw) for raw in raws if shown.count(id_of(raw)) != 1] == []

    async def work(self, desk: Desk, words: str) -> Case:
        """A mail comes in, and is answered."""
        case = await self.house.case(desk)
        reply = await case.reply(words)
        await case.state(reply, "sent")
        assert sum(words.encode() in one.raw for one in self.house.sink.received) == 1
        return case


@asynccontextmanager
async def pair(synapse: Synapse, dovecot: Dovecot, url: str) -> AsyncIterator[Pair]:
    async with housed(synapse, dovecot, database=url, desks=[{}, {}]) as house:
        await holds(house.bot, 2)
        async with standing_by(house) as second:
            await second.start()
            one = Pair(house, second)
            await one.shared()
            yield one


async def test_two_processes_share_the_mailboxes_and_the_one_of_the_room_is_taken_over_from(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    async with pair(synapse, dovecot, own_postgres) as two:
        house = two.house
        for number, desk in enumerate(house.desks):
            await two.work(desk, f"By whoever holds it, {number}.")
        await two.second.healthy()
        await house.bot.kill()
        died = time.monotonic()
        raws = [letter(to=desk.address, id=new_id("after")) for desk in house.desks]
        for desk, raw in zip(house.desks, raws, strict=True):
            await house.deliver(desk, raw)
        await holds(two.second, 2)
        assert time.monotonic() - died < _TAKEN_WITHIN
        for desk, raw in zip(house.desks, raws, strict=True):
            await house.mail_event(desk, id_of(raw))
        for number, desk in enumerate(house.desks):
            await two.work(desk, f"By the one that is left, {number}.")
            two.shown_once(desk, raws[number])
        await two.second.healthy()


@pytest.mark.parametrize("how", ["killed", "ended"])
async def test_a_mailbox_whose_process_goes_loses_and_doubles_nothing(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str, how: str
) -> None:
    async with pair(synapse, dovecot, own_postgres) as two:
        house = two.house
        cases = [await house.case(desk) for desk in house.desks]
        house.sink.fail(SlowAnswer(3.0), times=2)
        replies = [await case.reply(f"In flight, {number}.") for number, case in enumerate(cases)]
        raws = [[letter(to=desk.address, id=new_id("meanwhile")) for _ in range(3)] for desk in house.desks]
        for desk, some in zip(house.desks, raws, strict=True):
            for raw in some:
                await house.deliver(desk, raw)
        await asyncio.sleep(1.0)
        await (two.second.kill() if how == "killed" else two.second.stop())
        gone = time.monotonic()
        await holds(house.bot, 2)
        assert time.monotonic() - gone < _TAKEN_WITHIN
        for desk, some in zip(house.desks, raws, strict=True):
            for raw in some:
                await house.mail_event(desk, id_of(raw))
            await house.quiet(desk)
            two.shown_once(desk, *some)
        for number, (case, reply) in enumerate(zip(cases, replies, strict=True)):
            # Killed after DATA it may have left: a person decides. It is never sent twice.
            await case.state(reply, "sent", *(("unknown",) if how == "killed" else ()))
            received = sum(f"In flight, {number}.".encode() in one.raw for one in house.sink.received)
            assert received == 1 or (received == 0 and case.state_now(reply) == "unknown")
