"""What the processes of one bot remember together, without a database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.domain.ids import RoomId, UserId
from bot.ports import Unavailable


@dataclass(slots=True)
class FakeMemory:
    rooms: set[RoomId] = field(default_factory=set)
    masters: dict[UserId, str] = field(default_factory=dict)
    circles: dict[RoomId, frozenset[UserId]] = field(default_factory=dict)
    is_away: bool = False

    async def encrypted_rooms(self) -> frozenset[RoomId]:
        self._reach()
        return frozenset(self.rooms)

    async def keep_encrypted(self, rooms: Collection[RoomId]) -> None:
        self._reach()
        self.rooms |= set(rooms)

    async def readers(self) -> Mapping[RoomId, frozenset[UserId]]:
        self._reach()
        return dict(self.circles)

    async def keep_readers(self, room: RoomId, readers: Collection[UserId]) -> None:
        self._reach()
        self.circles[room] = frozenset(readers)

    async def identities(self) -> Mapping[UserId, str]:
        self._reach()
        return dict(self.masters)

    async def keep_identities(self, masters: Mapping[UserId, str]) -> None:
        self._reach()
        self.masters.update(masters)

    def _reach(self) -> None:
        if self.is_away:
            raise Unavailable("storage", "storage")
