"""Copies of a database, and putting them back, while the bot stands still."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from tests.e2e.house import House


@asynccontextmanager
async def stopped(house: House) -> AsyncIterator[None]:
    """The bot stands still meanwhile, and is healthy again afterwards."""
    await house.bot.stop()
    yield
    await house.bot.start()
    await house.bot.healthy()


class SqliteCopy:
    """A file beside it."""

    def __init__(self, house: House) -> None:
        self._file, self._copy = house.folder / "postroom.db", house.folder / "copy.db"

    async def take(self) -> None:
        shutil.copy(self._file, self._copy)

    async def put_back(self) -> None:
        for tail in ("-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)
        shutil.copy(self._copy, self._file)


class PostgresCopy:
    """A database beside it, on the same server."""

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
