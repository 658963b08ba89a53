"""Waits for the database, for reads and writes that must succeed before anything goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from storage.database import Conflict, StorageAway

_PAUSE = 1.0
_T = TypeVar("_T")


async def until_stored(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do `work` until the database takes it. The work may be done twice: the answer to a commit can be lost."""
    while True:
        try:
            return await work()
        except (Conflict, StorageAway):
            await asyncio.sleep(_PAUSE)
