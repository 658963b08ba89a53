"""The homeserver of the simulation: the fakes' one, on a way that takes time and may break."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.domain.calls import DescribeCommand
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.outcomes import Outcome, PostOutcome, Refused, TryLater
from bot.ports import Member, SyncBatch, Unavailable, Uploaded
from tests.fakes.chat import FakeChat, FakeHomeserver
from tests.simulation.world import Life, World

_SERVER = "matrix"
_Outcome = TypeVar("_Outcome")


@dataclass(slots=True)
class Homeserver(FakeHomeserver):
    world: World | None = None

    def happens(self, input: ChatInput) -> None:
        assert self.world is not None
        FakeHomeserver.happens(self, input)
        self.world.ring(_SERVER)


@dataclass(slots=True)
class SimulatedChat(FakeChat):
    world: World | None = None
    life: Life = field(default_factory=Life)

    @property
    def device_id(self) -> str:
        return self.device

    @property
    def fingerprint(self) -> str:
        return "fingerprint"

    async def _ask(self) -> str:
        """Raises: Unavailable."""
        assert self.world is not None
        mishap = await self.world.knock(self.life, _SERVER)
        if mishap:
            raise Unavailable(_SERVER, "timeout")
        return mishap

    async def _before(self) -> tuple[TryLater | None, bool]:
        """What the call becomes instead; and whether its answer is lost."""
        assert self.world is not None
        match await self.world.knock(self.life, _SERVER):
            case "away":
                return TryLater("unreachable", is_outage=True), False
            case "500":
                return TryLater("http 500"), False
            case "429":
                return TryLater("429", after=5.0), False
            case "lost":
                return None, True
            case _:
                return None, False

    async def _after(self, outcome: _Outcome, *, is_lost: bool) -> _Outcome | TryLater:
        assert self.world is not None
        await self.world.back(self.life)
        return TryLater("timeout", is_outage=True) if is_lost else outcome

    async def sync(
        self, since: str | None, *, timeout: float, memory: datetime | None = None, with_own: bool = False
    ) -> SyncBatch:
        assert self.world is not None
        await self._ask()
        if int(since or 0) >= len(self.server.happened) and not self.server.changed and timeout > 0:
            await self.world.news(_SERVER, timeout)
            if self.world.down.get(_SERVER, -1.0) > self.world.elapsed():
                raise Unavailable(_SERVER, "timeout")
        return await FakeChat.sync(self, since, timeout=timeout, memory=memory, with_own=with_own)

    async def send(
        self, room: RoomId, event_type: str, content: str, transaction: str, *, in_clear: bool = False
    ) -> PostOutcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        done = await FakeChat.send(self, room, event_type, content, transaction, in_clear=in_clear)
        return await self._after(done, is_lost=is_lost)

    async def put_state(self, room: RoomId, event_type: str, state_key: str, content: str) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        done = await FakeChat.put_state(self, room, event_type, state_key, content)
        return await self._after(done, is_lost=is_lost)

    async def get_state(self, room: RoomId, event_type: str, state_key: str) -> str | None:
        await self._ask()
        return await FakeChat.get_state(self, room, event_type, state_key)

    async def redact(self, room: RoomId, event: EventId, transaction: str, *, with_edits: bool = False) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeChat.redact(self, room, event, transaction), is_lost=is_lost)

    async def upload(
        self, path: Path, *, filename: str, content_type: str, size: int, encrypt: bool
    ) -> Uploaded | Refused | TryLater:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        done = await FakeChat.upload(
            self, path, filename=filename, content_type=content_type, size=size, encrypt=encrypt
        )
        return TryLater("timeout", is_outage=True) if is_lost else done

    async def download(self, url: str, encryption: str, into: Path, *, limit: int) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeChat.download(self, url, encryption, into, limit=limit), is_lost=is_lost)

    async def find(
        self,
        room: RoomId,
        thread: EventId | None,
        transaction: str,
        kind_of_type: str,
        after: datetime | None = None,
    ) -> EventId | None:
        await self._ask()
        return await FakeChat.find(self, room, thread, transaction, kind_of_type, after)

    async def members(self, room: RoomId) -> tuple[Member, ...]:
        await self._ask()
        return await FakeChat.members(self, room)

    async def has_event(self, room: RoomId, event: EventId) -> bool | None:
        await self._ask()
        return await FakeChat.has_event(self, room, event)

    async def run_mark(self) -> str | None:
        await self._ask()
        return await FakeChat.run_mark(self)

    async def keep_run_mark(self, content: str) -> None:
        await self._ask()
        await FakeChat.keep_run_mark(self, content)

    async def power_of_bot(self, room: RoomId) -> int | None:
        await self._ask()
        return await FakeChat.power_of_bot(self, room)

    async def power_level(self, room: RoomId, user: UserId) -> int | None:
        await self._ask()
        return await FakeChat.power_level(self, room, user)

    async def describe(self, command: DescribeCommand) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeChat.describe(self, command), is_lost=is_lost)

    async def description_faults(
        self, room: RoomId, wanted: Sequence[DescribeCommand]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        await self._ask()
        return await FakeChat.description_faults(self, room, wanted)

    async def invite(self, room: RoomId, user: UserId) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeChat.invite(self, room, user), is_lost=is_lost)

    async def join(self, room: RoomId, via: Sequence[str] = ()) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeChat.join(self, room, via), is_lost=is_lost)


def words_of(content: dict[str, object]) -> str:
    """All that an event says to a person."""
    return json.dumps(content, ensure_ascii=False)
