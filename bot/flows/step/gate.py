"""Lets many work at once, or one alone: on PostgreSQL several inputs are decided at the same time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Gate:
    """A task that wants to be alone waits for the tasks inside, and keeps others out meanwhile."""

    _within: int = 0
    _wanted_alone: int = 0
    _is_alone: bool = False
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def among_others(self) -> AsyncIterator[None]:
        if self._is_alone or self._wanted_alone:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._is_alone and not self._wanted_alone)
        # Nothing is awaited between the look and the count.
        self._within += 1
        try:
            yield
        finally:
            self._within -= 1
            if self._wanted_alone:
                await self._tell()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        self._wanted_alone += 1
        try:
            try:
                async with self._changed:
                    await self._changed.wait_for(lambda: not self._is_alone and not self._within)
                self._is_alone = True
            finally:
                self._wanted_alone -= 1
            try:
                yield
            finally:
                self._is_alone = False
        finally:
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
