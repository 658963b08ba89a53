"""A process that may open no file more says so once, and goes on when it may."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.process.log import LoopFaults

_CHILD = """
import asyncio, io, json, os, resource, socket, sys
from bot.process import log
from bot.process.health import HealthServer, HealthStatus
from bot.process.metrics import Metrics

async def nothing():
    return HealthStatus()

async def main():
    out = io.StringIO()
    log.set_up(format="json", stream=out)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log.LoopFaults())
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    async with HealthServer("127.0.0.1", 0, nothing, Metrics()) as server:
        clients = [socket.socket() for _ in range(3)]
        taken = []
        try:
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        for client in clients:
            client.setblocking(False)
            try:
                await loop.sock_connect(client, ("127.0.0.1", server.port))
            except BlockingIOError:
                pass
        started = os.times()
        await asyncio.sleep(3.5)
        ended = os.times()
        for one in taken:
            os.close(one)
        await loop.sock_sendall(clients[0], b"GET /health HTTP/1.0\\r\\n\\r\\n")
        async with asyncio.timeout(10):
            answer = await loop.sock_recv(clients[0], 1000)
    cpu = ended.user + ended.system - started.user - started.system
    print(json.dumps({"bytes": len(out.getvalue()), "answer": answer.decode()[:12], "cpu": cpu}))

asyncio.run(main())
"""


def test_a_process_without_free_files_tells_it_once_and_accepts_again_when_it_can() -> None:
    ran = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, timeout=120, check=True)
    found = json.loads(ran.stdout)
    assert found["answer"] == "HTTP/1.0 200"
    assert 0 < found["bytes"] < 5_000
    assert found["cpu"] < 1.0


def test_of_a_fault_that_repeats_one_line_a_minute_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    faults = LoopFaults(lambda: now[0])
    for second in range(130):
        now[0] = float(second)
        faults(None, {"message": "no files", "exception": OSError(24, "Too many")})  # type: ignore[arg-type]
    written = capsys.readouterr()
    assert (written.out + written.err).count("loop_fault") == 3


def test_the_soft_limit_is_raised_as_far_as_the_machine_allows() -> None:
    code = (
        "import resource; from bot.config import open_files;"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1];"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard));"
        "assert open_files.ask_for_all() == open_files.allowed();"
        "assert resource.getrlimit(resource.RLIMIT_NOFILE) == (open_files.allowed(), hard)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_unit_allows_a_thousand_mailboxes() -> None:
    unit = (Path(__file__).parents[2] / "contrib" / "postroom.service").read_text()
    (line,) = [line for line in unit.splitlines() if line.startswith("LimitNOFILE=")]
    assert int(line.partition("=")[2]) > 1_000 * 10
