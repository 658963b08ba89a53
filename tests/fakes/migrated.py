"""Databases for tests: migrated once in each process, and copied from then on."""

import os
import tempfile
from pathlib import Path

from storage.connecting import driver_url, engine_of
from storage.migrations import upgrade

_TEMPLATE: list[bytes] = []


async def migrated(path: Path) -> str:
    """The URL of a migrated SQLite file without a row, which is made where there is no file yet."""
    if not path.exists():
        if not _TEMPLATE:
            _TEMPLATE.append(await _migrated_file())
        path.touch(mode=0o600)
        path.write_bytes(_TEMPLATE[0])
    return f"sqlite:///{path}"


async def migrate(url: str) -> None:
    """Tables, and not a row: no name of an instance either, which each database has of its own."""
    engine = engine_of(driver_url(url))
    try:
        await upgrade(engine)
    finally:
        await engine.dispose()


async def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.db")
        os.close(os.open(path, os.O_CREAT, 0o600))
        await migrate(f"sqlite:///{path}")
        return path.read_bytes()
