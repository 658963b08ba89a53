"""systemd hears that the bot is ready, reads anew, lives and stops, over a real datagram socket."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.demo.servers.process import LOOPBACK, free_port
from bot.process.health import SILENT, HealthStatus, Problem
from bot.process.supervisor import Supervisor


@pytest.fixture(params=["file", "abstract"])
def notified(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    name = str(tmp_path / "notify") if request.param == "file" else f"@postroom-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name[1:] if name.startswith("@") else name)
        heard.settimeout(20)
        yield name, heard


def told(heard: socket.socket) -> list[str]:
    return heard.recv(4096).decode().split("\n")


def test_each_word_is_one_datagram(notified: tuple[str, socket.socket]) -> None:
    name, heard = notified
    one = Supervisor.of({"NOTIFY_SOCKET": name})
    one.ready()
    one.reloading()
    one.stopping()
    assert told(heard) == ["READY=1"]
    reloading, since = told(heard)
    assert reloading == "RELOADING=1" and int(since.removeprefix("MONOTONIC_USEC=")) > 0
    assert told(heard) == ["STOPPING=1"]


@pytest.mark.parametrize(
    ("problems", "database", "lives", "said"),
    [
        ((), "sqlite", True, "STATUS=ok, 2 mailboxes"),
        ((Problem("imap", "credentials", 1),), "sqlite", True, "STATUS=degraded: imap credentials (mailbox 1)"),
        ((Problem("database", "away"),), "sqlite", True, "STATUS=cannot work: database away"),
        ((Problem("database", SILENT),), "sqlite", False, "STATUS=cannot work: database silent"),
        ((Problem("database", SILENT),), "postgresql", True, "STATUS=cannot work: database silent"),
    ],
)
async def test_the_watchdog_is_told_unless_our_own_file_neither_answers_nor_says_no(
    notified: tuple[str, socket.socket], problems: tuple[Problem, ...], database: str, lives: bool, said: str
) -> None:
    name, heard = notified

    async def health() -> HealthStatus:
        return HealthStatus(problems, 2, database=database)

    watching = asyncio.create_task(Supervisor(name, watchdog=60.0).watch(health))
    words = await asyncio.to_thread(told, heard)
    watching.cancel()
    assert words == [said, *(["WATCHDOG=1"] if lives else [])]


async def test_a_fault_in_looking_ends_no_bot_and_no_watch(notified: tuple[str, socket.socket]) -> None:
    name, heard = notified
    answers = iter((RuntimeError("no such table"), HealthStatus((), 2)))

    async def health() -> HealthStatus:
        answer = next(answers)
        if isinstance(answer, RuntimeError):
            raise answer
        return answer

    watching = asyncio.create_task(Supervisor(name, watchdog=0.3).watch(health))
    words = [await asyncio.to_thread(told, heard) for _ in range(2)]
    watching.cancel()
    assert words == [["STATUS=unknown", "WATCHDOG=1"], ["STATUS=ok, 2 mailboxes", "WATCHDOG=1"]]


async def test_a_loop_that_stands_still_tells_nothing(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def health() -> HealthStatus:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        watching = asyncio.create_task(Supervisor(str(tmp_path / "notify"), watchdog=0.03).watch(health))
        await asked.wait()
        with pytest.raises(BlockingIOError):
            heard.recv(10)
        watching.cancel()


def test_nobody_is_told_where_nobody_asks_and_nothing_fails_where_nobody_hears(tmp_path: Path) -> None:
    Supervisor.of({}).ready()
    Supervisor.of({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    assert Supervisor.of({"WATCHDOG_USEC": "180000000"}).watchdog == 180.0
    assert Supervisor.of({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}).watchdog == 0.0
    assert Supervisor.of({"WATCHDOG_USEC": "soon"}).watchdog == 0.0


def test_the_process_says_that_it_is_ready_that_it_lives_and_that_it_stops(tmp_path: Path) -> None:
    """Also while its homeserver is away."""
    config = tmp_path / "config.yaml"
    config.touch(mode=0o600)
    config.write_text(
        f"""
matrix: {{homeserver: "http://{LOOPBACK}:{free_port()}", user_id: "@p:localhost", password: x, config_room: "!c:localhost"}}
admins: ["@alice:localhost"]
data_dir: data
secret_key: {"k" * 32}
"""
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(30)
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000000"}
        with subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "-c", str(config)],
            env=environment,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        ) as process:
            try:
                assert told(heard) == ["READY=1"]
                words = told(heard)
                assert words[0].startswith("STATUS=cannot work") and words[1] == "WATCHDOG=1"
                process.send_signal(signal.SIGTERM)
                while (words := told(heard)) != ["STOPPING=1"]:
                    assert words[0].startswith("STATUS=")
                assert process.wait(15) == 0
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
