"""No server outlives who started it."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import asyncpg
import psutil
import pytest

from bot.demo.servers import process
from bot.demo.servers.postgres import VARIABLE
from bot.demo.servers.process import Child, ServerFailed, free_port

_STARTS_ALL = """
import asyncio, pathlib, signal, sys, tempfile
# Ignored where the tests run in the background of a script.
signal.signal(signal.SIGINT, signal.default_int_handler)
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
async def main():
    async with Synapse.started(pathlib.Path(sys.argv[1]), storage="memory") as s, Dovecot.started() as d:
        print(s.pid, d.pid, flush=True)
        await asyncio.sleep(170)
asyncio.run(main())
"""


async def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    child = await Child.start([sys.executable, "-c", script], name="stubborn", log=tmp_path / "log")

    async def up() -> bool:
        return "up" in child.log_tail()

    await child.until(up)
    assert await child.stop(patience=0.2) == -signal.SIGKILL


async def test_a_child_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = await Child.start([sys.executable, "-c", "print('no space'); exit(7)"], name="brief", log=tmp_path / "log")

    async def never() -> bool:
        return False

    with pytest.raises(ServerFailed, match=r"(?s)status 7.*no space"):
        await child.until(never)


def test_ports_are_never_handed_out_twice() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50


def test_neighbouring_processes_do_not_choose_the_same_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = []
    for pid in (70_000, 70_001):
        monkeypatch.setattr(os, "getpid", functools.partial(int, pid))
        monkeypatch.setattr(process, "_handed_out", set())
        chosen.append({free_port() for _ in range(300)})
    assert chosen[0].isdisjoint(chosen[1])


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is missing")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_servers_end_when_their_starter_dies(how: signal.Signals, synapse: object, dovecot: object) -> None:
    # What a killed starter leaves is its files: they lie in a folder of this test.
    folder = Path(tempfile.mkdtemp(prefix="postroom-killed-"))
    folder.chmod(0o755)
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _STARTS_ALL,
        str(folder / "synapse"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    try:
        assert starter.stdout is not None
        async with asyncio.timeout(120):
            servers = [psutil.Process(int(pid)) for pid in (await starter.stdout.readline()).split()]
        assert len(servers) == 2
        starter.send_signal(how)
        await starter.wait()
        _, alive = await asyncio.to_thread(psutil.wait_procs, servers, timeout=30)
        assert alive == []
    finally:
        if starter.returncode is None:
            starter.kill()
            await starter.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def test_postgres_answers_queries(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("select 6 * 7") == 42
    finally:
        await connection.close()


async def test_a_postgres_is_lent_to_a_command_with_its_status(postgres_url: str) -> None:
    command = [sys.executable, "-m", "bot.demo.servers.postgres", "--run", "sh", "-c", f"echo ${VARIABLE}; exit 3"]
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    lent = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    output, _ = await lent.communicate()
    assert output.startswith(b"postgresql://")
    assert lent.returncode == 3
