"""A process that stood still for longer than its transactions may: SIGSTOP, and SIGCONT."""

import asyncio
import signal
import sys

import pytest

from storage.database import Database

_LONGER = 12.0
"""Seconds. PostgreSQL ends a transaction that stands still for ten."""


@pytest.mark.slow
async def test_who_stood_still_in_its_transactions_goes_on(url: str, database: Database) -> None:
    """Each was cancelled by its time limit in the moment in which its connection was found lost."""
    if database.is_sqlite:
        pytest.skip("a file ends no transaction")
    command = (sys.executable, "-m", "tests.storage.standing_still", url)
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert await child.stdout.readline() == b"ready\n"
        # Some way into it.
        await asyncio.sleep(0.5)
        child.send_signal(signal.SIGSTOP)
        await asyncio.sleep(_LONGER)
        child.send_signal(signal.SIGCONT)
        async with asyncio.timeout(60):
            assert await child.stdout.readline() == b"goes on\n"
            assert await child.wait() == 0
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
