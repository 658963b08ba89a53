"""The memory that processes share is the database; while it is away, who asks waits as for any service."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.flows.keep.memory import SharedMemory
from bot.ports import Memory, Unavailable
from storage.database import Database, StorageAway
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.migrated import migrated


async def test_what_one_process_keeps_the_next_one_knows(tmp_path: Path) -> None:
    url = await migrated(tmp_path / "postroom.db")
    for master in ("first", "second"):
        database = await Database.open(url, migrate=False)
        memory: Memory = SharedMemory(database)
        await memory.keep_encrypted({ROOM})
        await memory.keep_identities({ALICE: master})
        await memory.keep_readers(ROOM, {ALICE, BOB} if master == "first" else {ALICE})
        await database.close()
    database = await Database.open(url, migrate=False)
    try:
        memory = SharedMemory(database)
        assert await memory.encrypted_rooms() == {ROOM}
        assert await memory.identities() == {ALICE: "second"}
        assert await memory.readers() == {ROOM: {ALICE}}
    finally:
        await database.close()


CALLS: list[Callable[[Memory], Awaitable[object]]] = [
    lambda memory: memory.encrypted_rooms(),
    lambda memory: memory.identities(),
    lambda memory: memory.readers(),
    lambda memory: memory.keep_readers(ROOM, {ALICE}),
    lambda memory: memory.keep_encrypted({ROOM}),
    lambda memory: memory.keep_identities({ALICE: "key"}),
]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
async def test_a_database_that_is_away_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[[Memory], Awaitable[object]]
) -> None:
    def away(_: Database) -> None:
        raise StorageAway("gone")

    database = await Database.open(await migrated(tmp_path / "postroom.db"), migrate=False)
    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(Database, "write", away)
    try:
        with pytest.raises(Unavailable):
            await call(SharedMemory(database))
    finally:
        await database.close()
