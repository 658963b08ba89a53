"""The reader of the flows: foreign bytes in workers, with the files kept by content."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.mail import Mail
from bot.reader.reading import Reader, ReadingFailed
from bot.reader.workers import Worker, WorkerFailed, Workers
from tests.mime.cases import CASES

_PLAIN = CASES["plain"]
# One regular expression that runs for years: no signal handler and no thread of Python interrupts it.
_HURTING = """
import re
from bot.reader.serving import serve
from bot.reader.process import handle as _handle
from pathlib import Path
def handle(request):
    head = request[1] if request[0] == "head" else Path(request[1]).read_bytes()
    if b"poison" in head:
        re.match(r"(a+)+$", "a" * 64 + "b")
    return _handle(request)
serve(handle)
"""


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[Reader]:
    one = Reader()
    yield one
    await one.close()


@pytest.fixture
def hurting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a worker module in which a mail that says "poison" is read for ever."""
    (tmp_path / "hurting_worker.py").write_text(_HURTING, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
    return "hurting_worker"


async def test_a_mail_is_read_and_its_files_are_kept_by_content(reader: Reader, tmp_path: Path) -> None:
    path, blobs = tmp_path / "mail.eml", tmp_path / "blobs"
    path.write_bytes(CASES["attachment"])
    mail = await reader.read(path, blobs)
    assert isinstance(mail, Mail)
    assert await reader.read(path, blobs) == mail
    digest = hashlib.sha256(b"%PDF").hexdigest()
    assert (blobs / digest[:2] / digest).read_bytes() == b"%PDF"
    assert [one.name for one in blobs.rglob("*") if one.is_file()] == [digest]


async def test_headers_are_read_from_a_file_and_from_bytes(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(_PLAIN)
    assert (await reader.head_of(path)).subject == (await reader.head(_PLAIN)).subject == "Hello"


async def test_a_file_that_is_missing_is_an_error_of_the_disk(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        await reader.read(tmp_path / "none.eml", tmp_path)
    with pytest.raises(OSError, match="No such file"):
        await reader.head_of(tmp_path / "none.eml")


async def test_a_small_mail_that_hurts_stops_neither_the_loop_nor_other_mails(hurting: str, tmp_path: Path) -> None:
    poison, plain = tmp_path / "poison.eml", tmp_path / "plain.eml"
    poison.write_bytes(b"Subject: poison\n\n")
    plain.write_bytes(_PLAIN)
    reader = Reader(seconds=6.0, head_seconds=2.0, module=hurting)
    try:
        hurt = asyncio.create_task(reader.read(poison, tmp_path))
        for _ in range(20):
            assert (await reader.read(plain, tmp_path)).subject == "Hello"
        assert not hurt.done()
        with pytest.raises(ReadingFailed) as failed:
            await hurt
        assert failed.value.reason == "timeout"
        assert (await reader.head_of(poison)).defects == ("headers_unread",)
        assert (await reader.read(plain, tmp_path)).subject == "Hello"
    finally:
        await reader.close()


async def test_a_reading_that_is_cancelled_ends_its_worker_at_once(hurting: str) -> None:
    reader = Reader(head_seconds=60.0, module=hurting)
    hurt = asyncio.create_task(reader.head(b"Subject: poison\n\n"))
    await reader.head(_PLAIN)
    started = time.process_time()
    hurt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hurt
    await reader.close()
    assert time.process_time() - started < 5.0


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "failing_worker.py").write_text(
        "import os, time\nfrom bot.reader.serving import serve\n"
        "def handle(request):\n"
        "    if request == 'memory':\n        return bytes(1 << 40)\n"
        "    if request == 'crash':\n        os._exit(3)\n"
        "    if request == 'error':\n        raise ValueError('secret words')\n"
        "    if request == 'heavy':\n        handle.kept = bytes(bytearray(b'x' * (200 << 20)))\n"
        "    if request == 'long':\n        time.sleep(600)\n"
        "    return request, os.getpid()\n"
        "serve(handle)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
    return "failing_worker"


async def _pid(worker: Worker) -> int:
    answer = await worker.call("fine", seconds=20)
    assert isinstance(answer, tuple)
    return int(answer[1])


@pytest.mark.parametrize(("request_", "reason"), [("memory", "memory"), ("crash", "crash"), ("error", "crash")])
async def test_a_worker_that_fails_is_replaced(
    request_: str, reason: str, failing: str, capfd: pytest.CaptureFixture[str]
) -> None:
    worker = Worker(failing)
    try:
        first = await _pid(worker)
        with pytest.raises(WorkerFailed) as failed:
            await worker.call(request_, seconds=20)
        assert failed.value.reason == reason
        assert await _pid(worker) != first
    finally:
        await worker.close()
    assert "secret" not in capfd.readouterr().err


async def test_a_worker_that_grew_large_answers_and_is_replaced(failing: str) -> None:
    worker = Worker(failing)
    try:
        answer = await worker.call("heavy", seconds=20)
        assert isinstance(answer, tuple)
        assert answer[0] == "heavy"
        assert await _pid(worker) != answer[1]
    finally:
        await worker.close()


async def _pid_of_any(workers: Workers) -> object:
    answer = await workers.call("fine", seconds=20)
    assert isinstance(answer, tuple)
    return answer[1]


async def test_no_second_worker_comes_where_the_first_is_soon_free(failing: str) -> None:
    workers = Workers(failing, held_up=60)
    try:
        first = await _pid_of_any(workers)
        assert set(await asyncio.gather(*(_pid_of_any(workers) for _ in range(5)))) == {first}
    finally:
        await workers.close()


async def test_a_second_worker_comes_where_the_first_is_held_up(failing: str) -> None:
    workers = Workers(failing)
    try:
        first = await _pid_of_any(workers)
        held = asyncio.create_task(workers.call("long", seconds=20))
        await asyncio.sleep(0)
        assert await _pid_of_any(workers) != first
        assert not held.done()
        held.cancel()
        with pytest.raises(asyncio.CancelledError):
            await held
    finally:
        await workers.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_to_the_whole_unit_makes_no_mail_unreadable(number: signal.Signals, failing: str) -> None:
    worker = Worker(failing)
    try:
        pid = await _pid(worker)
        os.kill(pid, number)
        assert await _pid(worker) == pid
    finally:
        await worker.close()


async def test_a_worker_whose_parent_was_killed_under_way_ends_by_itself(failing: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio\nfrom bot.reader.workers import Worker\n"
        f"async def main():\n    worker = Worker({failing!r})\n"
        "    print((await worker.call('fine', seconds=20))[1], flush=True)\n"
        "    await worker.call('long', seconds=1)\n"
        "import unittest.mock\n"
        "with unittest.mock.patch('asyncio.timeout', lambda seconds: __import__('contextlib').AsyncExitStack()):\n"
        "    asyncio.run(main())\n",
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    await asyncio.sleep(0.5)  # the request is under way
    process.kill()
    await process.wait()
    async with asyncio.timeout(30):
        while _is_there(pid):
            await asyncio.sleep(0.1)


def _is_there(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
