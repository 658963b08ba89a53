"""The database is locked by somebody else, is PostgreSQL, or dies."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.postgres import Postgres
from bot.demo.servers.synapse import Synapse
from tests.e2e.far import through_a_proxy
from tests.e2e.house import Desk, House, housed, until, words
from tests.e2e.letters import id_of, letter, new_id

_KNOWN = 45.0
"""Seconds (DESIGN 5)."""
_LONGER_THAN_A_TERM = 30.0
_FAR_ALONE, _FAR_REPLY, _FAR_EACH = 8.0, 20.0, 4.0
"""Seconds with 100 ms to the database: until a mail stands in its thread, until an answer is shown as sent, and of many
mails each."""
_TOLD_AFTER = 80.0
"""Seconds: an outage of more than one minute is told, and it is noticed within twenty."""


async def _main_loop(house: House, desk: Desk) -> None:
    """Mail in, work, reply out, answer in."""
    case = await house.case(desk)
    await case.order("!assign me")
    await case.card("assignee", house.alice.user_id)
    reply = await case.reply("The main loop.")
    await case.state(reply, "sent")
    await case.card("status", "pending")
    await case.more("And the answer.", answers=id_of((await case.sent("The main loop.")).raw))
    await case.card("status", "active")
    await case.react("✅")
    await case.card("status", "closed")


def _each_once(house: House, desk: Desk, raws: list[bytes]) -> None:
    ids = [e.postroom.get("message_id") for e in house.posted(desk.room, "mail")]
    assert [id_of(raw) for raw in raws if ids.count(id_of(raw)) != 1] == []


@asynccontextmanager
async def _locked_file(house: House) -> AsyncIterator[None]:
    """As an admin's backup script or a forgotten sqlite3 shell does."""
    locker = sqlite3.connect(house.folder / "postroom.db", isolation_level=None, timeout=30)
    locker.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        locker.execute("ROLLBACK")
        locker.close()


@asynccontextmanager
async def _locked_tables(url: str, tables: str, seconds: float) -> AsyncIterator[None]:
    """Whoever only reads goes on."""
    locker = await asyncpg.connect(url)
    try:
        async with locker.transaction():
            while True:
                try:
                    async with locker.transaction():
                        await locker.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
                except asyncpg.DeadlockDetectedError:
                    continue  # a commit of the bot took them in another order, and this one was chosen to give way
                break
            begun = asyncio.get_running_loop().time()
            yield
            await asyncio.sleep(max(begun + seconds - asyncio.get_running_loop().time(), 0.0))
    finally:
        await locker.close()


async def _known(house: House) -> None:
    """`/health` says that the database is away."""

    async def so() -> bool:
        status, text = await house.bot.health()
        return status == 503 and any(one["service"] == "database" for one in json.loads(text)["reasons"])

    await until(so, "the database known as away", timeout=_KNOWN)


async def _work_under_a_lock(house: House, locked: AbstractAsyncContextManager[None]) -> None:
    (desk,) = house.desks
    case, other = await house.case(desk), await house.case(desk)
    async with locked:
        raws = [letter(to=desk.address, id=new_id("locked")) for _ in range(5)]
        for raw in raws:
            await house.deliver(desk, raw)
        reply = await case.reply("Written while it was locked.")
        await other.react("✋")
        told = await other.say("!close")
        await _known(house)

    for raw in raws:
        await house.mail_event(desk, id_of(raw))
    await case.state(reply, "sent")
    await other.done(told)
    await other.card("assignee", house.alice.user_id)
    await other.card("status", "closed")
    await house.quiet(desk)
    _each_once(house, desk, raws)
    assert len([mail for mail in house.sink.received if b"Written while" in mail.raw]) == 1
    await house.bot.healthy()


@pytest.mark.slow
async def test_a_file_that_somebody_locks_is_known_within_45_seconds_and_costs_nothing(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot) as house:
        await _work_under_a_lock(house, _locked_file(house))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tables", "seconds"),
    [("seen, instance, outbox", _LONGER_THAN_A_TERM), ("seen, instance, outbox, counters, leases", _TOLD_AFTER)],
)
async def test_tables_that_somebody_locks_are_known_within_45_seconds_and_cost_nothing(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str, tables: str, seconds: float
) -> None:
    async with housed(synapse, dovecot, database=own_postgres) as house:
        pid = house.bot.pid
        await _work_under_a_lock(house, _locked_tables(own_postgres, tables, seconds))
        # Nobody else serves, so that it is the same process that goes on.
        assert house.bot.pid == pid
        if seconds == _TOLD_AFTER:
            for key in ("service.database_away", "service.database_back"):
                await house.wait(house.config_room, lambda e, key=key: words(key) in e.body, key)  # type: ignore[misc]


async def test_the_main_loop_works_on_postgresql(synapse: Synapse, dovecot: Dovecot, own_postgres: str) -> None:
    async with housed(synapse, dovecot, database=own_postgres) as house:
        await _main_loop(house, house.desks[0])


@pytest.mark.slow
async def test_a_database_that_is_100_ms_away_takes_seconds_a_mail_and_not_more(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    """Round trips are counted elsewhere (`tests/flows/test_round_trips.py`): here is what they come to."""
    async with through_a_proxy(own_postgres) as (proxy, url), housed(synapse, dovecot, database=url) as house:
        (desk,) = house.desks
        # The statements are known to the server by now.
        case = await house.case(desk)
        await case.state(await case.reply("Before it was far."), "sent")
        proxy.latency = 0.05
        loop = asyncio.get_running_loop()
        took = []
        for _ in range(3):
            begun = loop.time()
            far = await house.case(desk)
            took.append(loop.time() - begun)
        begun = loop.time()
        await far.state(await far.reply("From far away."), "sent")
        replied = loop.time() - begun
        begun = loop.time()
        raws = [letter(to=desk.address, id=new_id("far")) for _ in range(12)]
        for raw in raws:
            await house.deliver(desk, raw)
        for raw in raws:
            await house.mail_event(desk, id_of(raw))
        each = (loop.time() - begun) / len(raws)
        told = [f"{one:.1f}" for one in took]
        print(f"alone {told} s, a reply {replied:.1f} s, of twelve at once {each:.1f} s a mail")
        assert min(took) < _FAR_ALONE and replied < _FAR_REPLY and each < _FAR_EACH


@pytest.mark.slow
async def test_a_postgresql_that_is_killed_and_comes_back_loses_nothing(
    synapse: Synapse, dovecot: Dovecot, postgres_url: str, tmp_path: Path
) -> None:
    del postgres_url, tmp_path  # asked for since it tells when PostgreSQL is not installed
    async with Postgres.started() as server, housed(synapse, dovecot, database=server.url, start=False) as house:
        await _keeps_commits(server.url)
        await house.bot.start()
        await house.bot.healthy()
        (desk,) = house.desks
        case = await house.case(desk)
        await server.kill()
        raws = [letter(to=desk.address, id=new_id("killed")) for _ in range(4)]
        for raw in raws:
            await house.deliver(desk, raw)
        reply = await case.reply("Written while the database was dead.")

        await server.start()

        for raw in raws:
            await house.mail_event(desk, id_of(raw))
        await case.state(reply, "sent")
        await house.quiet(desk)
        _each_once(house, desk, raws)
        assert len([mail for mail in house.sink.received if b"Written while" in mail.raw]) == 1


async def _keeps_commits(url: str) -> None:
    """As a server outside of tests does: what is committed survives its death."""
    connection = await asyncpg.connect(url)
    try:
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
    finally:
        await connection.close()
