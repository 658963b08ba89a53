"""`postroom demo` as people start it: the whole house in its own process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.demo.servers.synapse import Synapse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

_PLAY = "import sys; from bot.demo.play import demo; import asyncio; sys.exit(asyncio.run(demo({arguments})))"


@pytest.fixture
def temporary_folder() -> Iterator[Path]:
    """Where the demo puts its files: with a short path, and open to the users that its servers run as."""
    folder = Path(tempfile.mkdtemp(prefix="postroom-play-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


async def _start(arguments: str, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PLAY.format(arguments=arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(folder)},
    )


async def test_the_main_job_is_right_on_pymap_too(synapse: Synapse, temporary_folder: Path) -> None:
    """CI plays it on Dovecot by itself (`make demo DEMO=--exit`)."""
    del synapse
    played = await _start("exit_after=True, imap='pymap'", temporary_folder)
    output, _ = await played.communicate()
    assert played.returncode == 0, output.decode()
    assert output.count("✅".encode()) == 19
    assert list(temporary_folder.iterdir()) == []


async def test_the_demo_ends_on_sigterm_and_leaves_nothing(synapse: Synapse, temporary_folder: Path) -> None:
    del synapse
    shown = await _start("exit_after=False, imap='pymap'", temporary_folder)
    assert shown.stdout is not None
    try:
        async with asyncio.timeout(120):
            while b"Ctrl-C" not in (line := await shown.stdout.readline()):
                assert line, "the demo ended before it was up"
        children = psutil.Process(shown.pid).children(recursive=True)
        assert len(children) >= 2
        shown.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await shown.wait() == 0
        assert [child for child in children if child.is_running()] == []
        assert list(temporary_folder.iterdir()) == []
    finally:
        if shown.returncode is None:
            shown.kill()
            await shown.wait()
