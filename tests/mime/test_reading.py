"""The reader of the flows: in the same thread or in a worker, with the files kept by content."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from bot.domain.mail import Mail
from bot.mime.worker import Worker, WorkerFailed
from bot.reading import Reader, ReadingFailed
from tests.mime.cases import CASES


@pytest.mark.parametrize("in_process_limit", [0, 1 << 20])
async def test_a_mail_is_read_and_its_files_are_kept_by_content(tmp_path: Path, in_process_limit: int) -> None:
    path, blobs = tmp_path / "mail.eml", tmp_path / "blobs"
    path.write_bytes(CASES["attachment"])
    reader = Reader(in_process_limit=in_process_limit)
    try:
        mail = await reader.read(path, blobs)
        again = await reader.read(path, blobs)
    finally:
        await reader.close()
    assert isinstance(mail, Mail)
    assert again == mail
    digest = hashlib.sha256(b"%PDF").hexdigest()
    assert (blobs / digest[:2] / digest).read_bytes() == b"%PDF"
    assert [one.name for one in blobs.rglob("*") if one.is_file()] == [digest]


async def test_a_file_that_is_missing_is_an_error_of_the_disk(tmp_path: Path) -> None:
    reader = Reader(in_process_limit=0)
    try:
        with pytest.raises(OSError, match="No such file"):
            await reader.read(tmp_path / "none.eml", tmp_path)
    finally:
        await reader.close()


async def test_a_mail_that_takes_too_long_is_given_up_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(CASES["plain"])
    reader = Reader(in_process_limit=0, seconds=0.0)
    try:
        with pytest.raises(ReadingFailed) as failed:
            await reader.read(path, tmp_path)
        assert failed.value.reason == "timeout"
        reader = Reader(in_process_limit=0)
        assert (await reader.read(path, tmp_path)).subject == "Hello"
    finally:
        await reader.close()


@pytest.mark.parametrize("reason", ["memory", "crash"])
async def test_a_worker_that_fails_is_replaced(reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "failing_worker.py"
    module.write_text(
        "import os\nfrom bot.mime.worker import serve\n"
        "def handle(request):\n"
        "    if request == 'memory':\n        return bytes(1 << 40)\n"
        "    if request == 'crash':\n        os._exit(3)\n"
        "    return request\n"
        "serve(handle)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
    worker = Worker("failing_worker")
    try:
        assert await worker.call("fine", seconds=20) == "fine"
        with pytest.raises(WorkerFailed) as failed:
            await worker.call(reason, seconds=20)
        assert failed.value.reason == reason
        assert await worker.call("fine again", seconds=20) == "fine again"
    finally:
        await worker.close()
