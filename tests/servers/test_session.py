"""What a test has started ends with it, also where its time is over or somebody ends the session."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import psutil
import pytest

_REPOSITORY = Path(__file__).resolve().parents[2]
_LATE = """
import asyncio
from pathlib import Path
import pytest
from bot.demo.servers.process import Child, ended, server_folder

@pytest.mark.timeout({seconds})
async def test_late():
    with server_folder("late") as folder:
        async with ended(await Child.start(["sleep", "170"], name="a server", log=folder / "log")) as child:
            Path({told!r}).with_suffix(".new").write_text(f"{{child.pid}} {{folder}}")
            Path({told!r}).with_suffix(".new").rename({told!r})
            await asyncio.sleep(170)
"""


async def _session(folder: Path, seconds: float, *options: str) -> tuple[asyncio.subprocess.Process, Path]:
    told = folder / "told"
    (folder / "test_late.py").write_text(_LATE.format(seconds=seconds, told=str(told)), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    session = await asyncio.create_subprocess_exec(
        # As in the background of a script.
        *("sh", "-c", "trap '' INT; exec \"$@\"", "sh"),
        *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"),
        *("-c", str(_REPOSITORY / "pyproject.toml"), *options, str(folder / "test_late.py")),
        cwd=_REPOSITORY,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    return session, told


async def _all_gone(told: Path) -> None:
    pid, folder = told.read_text("utf-8").split()
    if psutil.pid_exists(int(pid)):
        await asyncio.to_thread(psutil.wait_procs, [psutil.Process(int(pid))], timeout=30)
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is missing")
async def test_what_a_test_started_ends_when_its_time_is_over(tmp_path: Path) -> None:
    session, told = await _session(tmp_path, 2.0)
    output, _ = await session.communicate()
    assert b"TimeoutError" in output and b"1 failed" in output, output.decode()
    await _all_gone(told)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is missing")
@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "in a worker"])
async def test_what_a_test_started_ends_when_the_session_is_ended(tmp_path: Path, options: tuple[str, ...]) -> None:
    session, told = await _session(tmp_path, 170.0, *options)
    while not told.exists():
        assert session.returncode is None
        await asyncio.sleep(0.05)
    session.send_signal(signal.SIGTERM)
    await session.communicate()
    await _all_gone(told)
