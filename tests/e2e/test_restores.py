"""What comes back as it was before, on real servers: nothing lost, nothing doubled, and people are told."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Case, Desk, House, housed, words
from tests.e2e.letters import id_of, letter, new_id

_REPLIES = 6


@asynccontextmanager
async def _stopped(house: House) -> AsyncIterator[None]:
    await house.bot.stop()
    yield
    await house.bot.start()
    await house.bot.healthy()


class _SqliteCopy:
    def __init__(self, house: House) -> None:
        self._file, self._copy = house.folder / "postroom.db", house.folder / "copy.db"

    async def take(self) -> None:
        shutil.copy(self._file, self._copy)

    async def put_back(self) -> None:
        for tail in ("-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)
        shutil.copy(self._copy, self._file)


class _PostgresCopy:
    def __init__(self, url: str) -> None:
        self._server, _, self._name = url.rpartition("/")

    async def take(self) -> None:
        await self._run(f'CREATE DATABASE "{self._name}_copy" TEMPLATE "{self._name}"')

    async def put_back(self) -> None:
        await self._run(f'DROP DATABASE "{self._name}"')
        await self._run(f'ALTER DATABASE "{self._name}_copy" RENAME TO "{self._name}"')

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(f"{self._server}/postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


async def _new_mails(house: House, desk: Desk, count: int) -> list[str]:
    raws = [letter(to=desk.address, id=new_id("restored")) for _ in range(count)]
    for raw in raws:
        await house.deliver(desk, raw)
    for raw in raws:
        await house.mail_event(desk, id_of(raw))
    return [id_of(raw) for raw in raws]


async def _minutes_six_to_ten(house: House, cases: list[Case]) -> None:
    for number, case in enumerate(cases[:_REPLIES]):
        reply = await case.reply(f"Reply number {number}.")
        await case.state(reply, "sent")
    await cases[6].order(f"!assign {house.bob.user_id}")
    await cases[6].order("!note A word for us")
    await cases[7].order("!close")
    await cases[8].order("!spam")


async def _play(house: House, copy: _SqliteCopy | _PostgresCopy, *, keeps_matrix: bool) -> None:
    (desk,) = house.desks
    cases = [await house.case(desk) for _ in range(_REPLIES + 3)]
    async with _stopped(house):
        await copy.take()
    await _minutes_six_to_ten(house, cases)
    in_the_gap = await _new_mails(house, desk, 6)
    gone = len(house.sink.received)
    assert gone == _REPLIES
    async with _stopped(house):
        await copy.put_back()
        if not keeps_matrix:
            shutil.rmtree(house.folder / "data" / "matrix")
    afterwards = await _new_mails(house, desk, 6)
    await house.quiet(desk)

    # Nothing that sends is repeated, and each mail stands once in the room.
    assert len(house.sink.received) == gone
    shown = Counter(e.postroom.get("message_id") for e in house.posted(desk.room, "mail"))
    assert [one for one in (*in_the_gap, *afterwards) if shown[one] != 1] == []
    assert [one for one, times in shown.items() if times != 1] == []
    numbers = Counter(e.conversation for e in house.posted(desk.room, "conversation"))
    assert [one for one, times in numbers.items() if times != 1] == []
    # It is told, once; what was done holds.
    told = [e for e in house.seen(house.config_room) if words("restored.put_back") in e.body]
    assert len(told) == 1
    await cases[0].card("status", "pending")
    await cases[7].card("status", "closed")
    await cases[8].card("status", "spam")
    # And a thread of the gap goes on.
    event = await house.mail_event(desk, in_the_gap[0])
    assert event.thread is not None
    later = Case(house, desk, event.thread, event, in_the_gap[0])
    await later.state(await later.reply("A thread of the gap."), "sent")
    assert len(house.sink.received) == gone + 1


@pytest.mark.parametrize("keeps_matrix", [True, False], ids=["with matrix", "without matrix"])
async def test_a_sqlite_file_that_was_put_back_repeats_and_loses_nothing(
    synapse: Synapse, dovecot: Dovecot, keeps_matrix: bool
) -> None:
    async with housed(synapse, dovecot) as house:
        await _play(house, _SqliteCopy(house), keeps_matrix=keeps_matrix)


async def test_a_postgresql_database_that_was_put_back_repeats_and_loses_nothing(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    async with housed(synapse, dovecot, database=own_postgres) as house:
        await _play(house, _PostgresCopy(own_postgres), keeps_matrix=True)
