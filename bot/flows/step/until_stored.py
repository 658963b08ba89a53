"""Waiting for the database: what must be read or written before anything goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from storage.database import Conflict, StorageAway

_PAUSE = 1.0
_T = TypeVar("_T")


async def until_stored(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do it until the database takes it; it may be made again after a commit whose answer was lost."""
    while True:
        try:
            return await work()
        except (Conflict, StorageAway):
            await asyncio.sleep(_PAUSE)
