"""Blobs: whole or not there, kept once, and for their owner only."""

import asyncio
import hashlib
import os
import stat
from pathlib import Path

import pytest

from bot.domain.ids import BlobId
from storage.blobs import Blobs
from storage.faults import StorageAway


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


async def test_bytes_are_kept_under_their_sha256(blobs: Blobs, tmp_path: Path) -> None:
    raw = b"From: a\r\n\r\n\x00\xff"
    blob = await blobs.put(raw)
    assert blob == hashlib.sha256(raw).hexdigest()
    assert blobs.path(blob) == tmp_path / "blobs" / blob[:2] / blob
    assert blobs.exists(blob)
    assert blobs.read(blob) == raw
    assert Blobs(tmp_path / "blobs").read(blob) == raw


async def test_the_same_bytes_are_kept_once_also_at_the_same_time(blobs: Blobs, tmp_path: Path) -> None:
    made = await asyncio.gather(*(blobs.put(b"same") for _ in range(20)))
    assert len(set(made)) == 1
    assert [file for file in (tmp_path / "blobs").rglob("*") if file.is_file()] == [blobs.path(made[0])]


async def test_nothing_is_kept_of_what_could_not_be_written(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageAway, match="No space"):
        await blobs.put(b"raw")
    assert not [file for file in (tmp_path / "blobs").rglob("*") if file.is_file()]


async def test_what_a_dead_process_left_half_written_is_swept_up(tmp_path: Path) -> None:
    Blobs(tmp_path / "blobs")
    old, new = (tmp_path / "blobs" / "incoming" / name for name in ("old", "new"))
    for one in (old, new):
        one.write_bytes(b"ha")
    os.utime(old, (1, 1))
    Blobs(tmp_path / "blobs")
    assert not old.exists()
    assert new.exists(), "another process may be writing it"


async def test_what_is_young_or_put_again_is_not_removed(blobs: Blobs) -> None:
    blob = await blobs.put(b"raw")
    assert not blobs.remove(blob, 3600)
    os.utime(blobs.path(blob), (1, 1))
    await blobs.put(b"raw")
    assert not blobs.remove(blob, 3600)
    os.utime(blobs.path(blob), (1, 1))
    adopted = blobs.new_file()
    adopted.write_bytes(b"raw")
    await blobs.adopt(adopted)
    assert not blobs.remove(blob, 3600)
    os.utime(blobs.path(blob), (1, 1))
    assert list(blobs.every()) == [blob]
    assert blobs.remove(blob, 3600)
    assert not blobs.remove(blob, 3600)
    assert list(blobs.every()) == []


async def test_bytes_that_are_put_while_they_are_removed_are_there_afterwards(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = await blobs.put(b"raw")
    os.utime(blobs.path(blob), (1, 1))
    real = Path.rename

    def put_first(path: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", real)
        assert blobs._put(b"raw") == blob
        return real(path, target)

    monkeypatch.setattr(Path, "rename", put_first)
    assert not blobs.remove(blob, 3600)
    assert blobs.read(blob) == b"raw"


async def test_what_a_killed_sweep_took_aside_is_back_after_a_start(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    blob = await blobs.put(b"raw")
    aside = tmp_path / "blobs" / "incoming" / f"removed-{blob}"
    blobs.path(blob).rename(aside)
    assert Blobs(tmp_path / "blobs").read(blob) == b"raw"


async def test_a_file_is_adopted(blobs: Blobs, tmp_path: Path) -> None:
    content = b"0123456789" * 300_000
    for _ in range(2):
        file = tmp_path / "big"
        file.write_bytes(content)
        blob = await blobs.adopt(file)
        assert blob == hashlib.sha256(content).hexdigest()
        assert not file.exists()
        assert blobs.read(blob) == content


async def test_what_is_not_there_is_not_read(blobs: Blobs) -> None:
    missing = BlobId("00" * 32)
    assert not blobs.exists(missing)
    with pytest.raises(FileNotFoundError):
        blobs.read(missing)
    with pytest.raises(FileNotFoundError):
        await blobs.adopt(blobs.path(missing))


async def test_only_the_owner_may_look(blobs: Blobs, tmp_path: Path) -> None:
    file = tmp_path / "big"
    file.write_bytes(b"adopted")
    file.chmod(0o644)
    for blob in (await blobs.put(b"put"), await blobs.adopt(file)):
        assert stat.S_IMODE(blobs.path(blob).stat().st_mode) == 0o600
    folders = [tmp_path / "blobs", *(one for one in (tmp_path / "blobs").rglob("*") if one.is_dir())]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
