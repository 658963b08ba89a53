"""Database files for tests: migrated once in each process, and copied from then on."""

import os
import tempfile
from pathlib import Path

from storage.database import _engine, driver_url
from storage.migrations import upgrade

_TEMPLATE: list[bytes] = []


async def migrated(path: Path) -> str:
    """The URL of a migrated SQLite file without a row, which is made where there is no file yet."""
    if not path.exists():
        if not _TEMPLATE:
            _TEMPLATE.append(await _migrate())
        path.touch(mode=0o600)
        path.write_bytes(_TEMPLATE[0])
    return f"sqlite:///{path}"


async def _migrate() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.db")
        os.close(os.open(path, os.O_CREAT, 0o600))
        engine = _engine(driver_url(f"sqlite:///{path}"))
        try:
            await upgrade(engine)
        finally:
            await engine.dispose()
        return path.read_bytes()
