"""The port `Memory` on the database, so that every process remembers what one has learned."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.ids import RoomId, UserId
from bot.ports import Unavailable
from storage import believed
from storage.database import Conflict, Database, StorageAway


@dataclass(frozen=True, slots=True)
class SharedMemory:
    """See `ports.Memory`."""

    database: Database

    async def encrypted_rooms(self) -> frozenset[RoomId]:
        async with _kept_waiting(), self.database.read() as tx:
            return await believed.rooms(tx)

    async def keep_encrypted(self, rooms: Collection[RoomId]) -> None:
        async with _kept_waiting(), self.database.write() as tx:
            await believed.add_rooms(tx, rooms)

    async def readers(self) -> Mapping[RoomId, frozenset[UserId]]:
        async with _kept_waiting(), self.database.read() as tx:
            return await believed.readers(tx)

    async def keep_readers(self, room: RoomId, readers: Collection[UserId]) -> None:
        async with _kept_waiting(), self.database.write() as tx:
            await believed.set_readers(tx, room, readers)

    async def identities(self) -> Mapping[UserId, str]:
        async with _kept_waiting(), self.database.read() as tx:
            return await believed.pins(tx)

    async def keep_identities(self, masters: Mapping[UserId, str]) -> None:
        async with _kept_waiting(), self.database.write() as tx:
            await believed.pin(tx, masters)


@asynccontextmanager
async def _kept_waiting() -> AsyncIterator[None]:
    """Turn a database that is away into an outage, for those who follow the rooms."""
    try:
        yield
    except (StorageAway, Conflict) as away:
        raise Unavailable("storage", "storage") from away
