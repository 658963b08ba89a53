"""Lost answers, clocks that jump, processes that come back: on real servers, with two processes on one PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.fake_time import FakeTime, swept
from tests.e2e.far import through_a_proxy
from tests.e2e.house import Case, Desk, House, housed, until
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.stand_by import standing_by

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""CommandComplete of a COMMIT (PostgreSQL, "Message Formats")."""


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    with swept():
        yield


async def _mails(house: House, desk: Desk, number: int) -> list[str]:
    raws = [letter(to=desk.address, id=new_id("jump"), subject=f"Jump {n}") for n in range(number)]
    for raw in raws:
        await house.deliver(desk, raw)
    return [id_of(raw) for raw in raws]


def _not_once(house: House, desk: Desk, ids: list[str]) -> dict[str, int]:
    shown = Counter(str(e.postroom.get("message_id")) for e in house.posted(desk.room, "mail"))
    return {id: shown[id] for id in ids if shown[id] != 1}


def _sent(house: House, words: str) -> int:
    return len([mail for mail in house.sink.received if words.encode() in mail.raw])


async def test_lost_answers_to_commits_lose_and_double_nothing(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    async with through_a_proxy(own_postgres) as (proxy, url), housed(synapse, dovecot, database=url) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        lost = 0

        def loses(chunk: bytes) -> bool:
            nonlocal lost
            if _COMMITTED not in chunk or lost >= 25:
                return False
            commits[0] += 1
            if commits[0] % 4:
                return False
            lost += 1
            return True

        commits = [0]
        proxy.breaks = loses
        ids = await _mails(house, desk, 20)
        replies = [await case.reply(f"Reply number {n}.") for n in range(2)]
        for id in ids:
            await house.mail_event(desk, id, timeout=240)
        for reply in replies:
            await case.state(reply, "sent", "unknown", timeout=240)
        while lost < 25:
            # How many commits a mail takes is not what this is about.
            more = await _mails(house, desk, 5)
            for id in more:
                await house.mail_event(desk, id, timeout=240)
            ids += more
        proxy.breaks = None
        await house.quiet(desk)
        print(f"{lost} answers to COMMIT lost, {len(ids)} mails, {len(replies)} replies")
        assert lost == 25
        assert _not_once(house, desk, ids) == {}
        assert [_sent(house, f"Reply number {n}.") for n in range(2)] == [1, 1]


@asynccontextmanager
async def _two(
    synapse: Synapse, dovecot: Dovecot, url: str, holder: FakeTime | None = None, other: FakeTime | None = None
) -> AsyncIterator[tuple[House, Case]]:
    """A house whose bot serves, and a second process that stands by."""
    async with housed(synapse, dovecot, database=url, start=False) as house:
        if holder is not None:
            house.bot.environment = holder.environment
        await house.bot.start()
        await house.bot.healthy()
        async with standing_by(house) as second:
            if other is not None:
                second.environment = other.environment
            await second.start()

            async def waits() -> bool:
                return "standing_by" in second.log.read_text(errors="replace")

            await until(waits, "the second process standing by")
            case = await house.case(house.desks[0])
            try:
                yield house, case
            except BaseException:
                print(f"--- the second process\n{second.log_tail()}")
                raise


@pytest.mark.parametrize("ahead", ["+30s", "-30s", "+1h"])
async def test_a_standby_whose_clock_is_wrong_takes_nothing_over(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str, tmp_path: Path, ahead: str
) -> None:
    async with _two(synapse, dovecot, own_postgres, other=FakeTime(tmp_path, ahead)) as (house, case):
        (desk,) = house.desks
        ids = await _mails(house, desk, 5)
        replies = [await case.reply(f"Reply number {n}.") for n in range(4)]
        for reply in replies:
            await case.state(reply, "sent")
        for id in ids:
            await house.mail_event(desk, id)
        # Longer than a term: a standby by its own clock would have taken over by now.
        await asyncio.sleep(30)
        await house.quiet(desk)
        assert house.bot.pid is not None
        assert _not_once(house, desk, ids) == {}
        assert [_sent(house, f"Reply number {n}.") for n in range(4)] == [1, 1, 1, 1]


async def test_a_holder_whose_clock_was_an_hour_ahead_is_followed_within_seconds(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str, tmp_path: Path
) -> None:
    async with _two(synapse, dovecot, own_postgres, holder=FakeTime(tmp_path, "+1h")) as (house, case):
        (desk,) = house.desks
        reply = await case.reply("Written under a clock that was ahead.")
        await house.bot.kill()
        begun = asyncio.get_running_loop().time()
        await case.state(reply, "sent", timeout=120)
        took = asyncio.get_running_loop().time() - begun
        print(f"sent {took:.1f} s after the holder's death, its undo window included")
        await house.quiet(desk)
        assert _sent(house, "Written under a clock") == 1


async def test_a_holder_that_stood_still_sends_and_writes_nothing_more(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    async with _two(synapse, dovecot, own_postgres) as (house, case):
        (desk,) = house.desks
        ids = await _mails(house, desk, 3)
        replies = [await case.reply(f"Reply number {n}.") for n in range(3)]
        pid = house.bot.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            # Only who follows can show it: the replies may have left before the holder stood still.
            (later,) = await _mails(house, desk, 1)
            await house.mail_event(desk, later, timeout=150)
            for reply in replies:
                await case.state(reply, "sent", "unknown", timeout=150)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert await house.bot.ended() == 69
        for id in ids:
            await house.mail_event(desk, id)
        await house.quiet(desk)
        assert _not_once(house, desk, [*ids, later]) == {}
        assert [_sent(house, f"Reply number {n}.") for n in range(3)] == [1, 1, 1]


async def test_a_holder_whose_host_vanished_is_followed(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str, tmp_path: Path
) -> None:
    """No FIN comes: its connections to the database stay open there, with what they have locked."""
    async with through_a_proxy(own_postgres) as (proxy, url):
        async with housed(synapse, dovecot, database=url) as house, standing_by(house) as second:
            second.config.write_text(second.config.read_text().replace(url, own_postgres))
            await second.start()
            case = await house.case(house.desks[0])
            reply = await case.reply("Written before the host vanished.")
            proxy.blackhole()
            pid = house.bot.pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
            begun = asyncio.get_running_loop().time()
            await case.state(reply, "sent", "unknown", timeout=180)
            print(f"followed within {asyncio.get_running_loop().time() - begun:.1f} s, the undo window included")
            os.kill(pid, signal.SIGKILL)
            await house.quiet(house.desks[0])
            assert _sent(house, "Written before the host") == 1


async def test_a_clock_that_goes_two_days_forward_and_back_stalls_nothing(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str, tmp_path: Path
) -> None:
    await _jumps(synapse, dovecot, FakeTime(tmp_path, "+0"), database=own_postgres)


async def test_a_clock_that_goes_two_days_forward_and_back_stalls_nothing_on_sqlite(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    await _jumps(synapse, dovecot, FakeTime(tmp_path, "+0"), database="")


async def _jumps(synapse: Synapse, dovecot: Dovecot, time: FakeTime, *, database: str) -> None:
    async with housed(synapse, dovecot, database=database, start=False) as house:
        house.bot.environment = time.environment
        await house.bot.start()
        await house.bot.healthy()
        (desk,) = house.desks
        case = await house.case(desk)
        for number, jump in enumerate(("+2d", "+0", "-10m", "+0")):
            time.set(jump)
            reply = await case.reply(f"Reply number {number}.")
            ids = await _mails(house, desk, 2)
            await case.state(reply, "sent", timeout=90)
            for id in ids:
                await house.mail_event(desk, id)
            told = number + 1
            await house.alice.wait_until(
                lambda told=told: sum("🕒" in e.body for e in house.seen(house.config_room)) >= told,  # type: ignore[misc]
                what=f"{told} jumps told in the config room",
                timeout=60,
            )
        await house.quiet(desk)
        assert [_sent(house, f"Reply number {n}.") for n in range(4)] == [1, 1, 1, 1]
