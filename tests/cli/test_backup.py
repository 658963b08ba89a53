"""`postroom backup` and `postroom restore`: whole, for our eyes only, and never over something else."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import BlobId, EventId
from bot.domain.traces import Mark
from bot.process.import_lock import ImportLock
from bot.process.lock import FolderLock
from storage import mails, runs
from storage.blobs import Blobs
from storage.database import Database
from tests.cli.test_postroom import QUIET, postroom
from tests.config.conftest import LEAST
from tests.storage.made import mail

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENGLISH = "en_GB.UTF-8"
NOBODY = 65534


class Desk:
    """A bot's folder, with a database in which a number is written, and files."""

    def __init__(self, folder: Path) -> None:
        self.data, self.backup = folder / "data", folder / "backup"
        self.config = folder / "config.yaml"
        self.config.write_text(LEAST.replace("/var/lib/postroom", str(self.data)))
        self.config.chmod(0o600)
        self.database = self.data / "postroom.db"

    async def writes(self, beat: int) -> None:
        database = await Database.open(f"sqlite:///{self.database}")
        try:
            async with database.write() as tx:
                await runs.set_mark(tx, Mark(beat, NOW))
        finally:
            await database.close()

    async def reads(self) -> int:
        database = await Database.open(f"sqlite:///{self.database}")
        try:
            async with database.read() as tx:
                found = await runs.mark(tx)
                return 0 if found is None else found.beat
        finally:
            await database.close()

    async def keeps(self, raw: bytes) -> Path:
        blobs = Blobs(self.data / "blobs")
        return blobs.path(await blobs.put(raw))

    def uses(self, url: str) -> None:
        """A PostgreSQL database."""
        lines = [line for line in self.config.read_text().splitlines() if not line.startswith("database:")]
        self.config.write_text("\n".join([*lines, f"database: {url}", ""]))
        self.data.mkdir(mode=0o700, exist_ok=True)

    async def has_a_mail_of(self, raw: bytes) -> tuple[Path, Path]:
        """In the database; its bytes and those of a file that goes out with it are kept."""
        kept, enclosed = await self.keeps(raw), await self.keeps(b"enclosed")
        file = Enclosure(
            EventId("$file"), SharedFile("mxc://a/b", "a.pdf", "application/pdf", 8), BlobId(enclosed.name)
        )
        database = await Database.open(f"sqlite:///{self.database}")
        try:
            async with database.write() as tx:
                await mails.add(tx, mail(raw=kept.name, files=(file,)))
        finally:
            await database.close()
        return kept, enclosed

    def saves(self) -> str:
        done = postroom("backup", "-c", str(self.config), str(self.backup), LC_ALL=ENGLISH)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def restores(self, *more: str) -> tuple[int, str]:
        done = postroom("restore", "-c", str(self.config), *more, str(self.backup), LC_ALL=ENGLISH)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def manifest(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.backup / "manifest.json").read_text())
        return found


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    one = Desk(tmp_path)
    await one.writes(7)
    await one.keeps(b"a mail")
    return one


async def test_a_second_backup_copies_only_what_is_new_and_holds_the_newest_database(desk: Desk) -> None:
    assert "1 kept files, 1 of them new" in desk.saves()
    await desk.keeps(b"another mail")

    assert "2 kept files, 1 of them new" in desk.saves()
    assert len([*desk.backup.glob("database-*")]) == 1


async def test_a_backup_while_somebody_writes_is_whole(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.database)) as writer:
        writer.execute("CREATE TABLE beside (n INTEGER)")
        writer.execute("INSERT INTO beside VALUES (1)")
        writer.commit()
        writer.execute("INSERT INTO beside VALUES (2)")
        desk.saves()
        writer.rollback()

    (copy,) = desk.backup.glob("database-*.db")
    with closing(sqlite3.connect(copy)) as read:
        assert read.execute("SELECT n FROM beside").fetchall() == [(1,)]


def test_nobody_else_reads_a_backup_or_what_is_restored(desk: Desk) -> None:
    old = os.umask(0o022)
    try:
        desk.saves()
        desk.restores("--replace")
    finally:
        os.umask(old)
    for top in (desk.backup, desk.data):
        assert [one for one in (top, *top.rglob("*")) if one.stat().st_mode & 0o077] == []


async def test_restored_beside_what_a_crash_left_it_is_whole_and_the_old_one_lies_aside(desk: Desk) -> None:
    desk.saves()
    with closing(sqlite3.connect(desk.database)) as writer:
        writer.execute("CREATE TABLE later (n INTEGER)")
        writer.commit()
        left = {tail: Path(f"{desk.database}{tail}").read_bytes() for tail in ("-wal", "-shm")}
        main = desk.database.read_bytes()
    desk.database.write_bytes(main)
    for tail, raw in left.items():
        Path(f"{desk.database}{tail}").write_bytes(raw)

    status, said = desk.restores("--replace")

    assert status == 0, said
    with closing(sqlite3.connect(desk.database)) as read:
        assert read.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert read.execute("SELECT name FROM sqlite_master WHERE name = 'later'").fetchall() == []
    (aside,) = [one for one in desk.data.glob("postroom.db.replaced-*") if one.name[-4:] not in {"-wal", "-shm"}]
    with closing(sqlite3.connect(aside)) as read:
        assert len(read.execute("SELECT name FROM sqlite_master WHERE name = 'later'").fetchall()) == 1


async def test_what_is_restored_says_that_it_was_put_back_whatever_a_run_noted_outside(desk: Desk) -> None:
    desk.saves()

    desk.restores("--replace")

    assert await desk.reads() == -1
    assert not [*desk.data.glob("*.restoring*")]


async def test_files_that_are_gone_or_damaged_come_back(desk: Desk) -> None:
    gone, damaged = await desk.keeps(b"gone"), await desk.keeps(b"damaged")
    desk.saves()
    gone.unlink()
    damaged.write_bytes(b"DAMAGED")

    desk.restores("--replace")

    assert (gone.read_bytes(), damaged.read_bytes()) == (b"gone", b"damaged")


async def test_a_file_that_is_damaged_where_it_is_kept_is_told_and_not_taken(desk: Desk) -> None:
    damaged = await desk.keeps(b"damaged")
    damaged.write_bytes(b"DAMAGED")

    done = postroom("backup", "-c", str(desk.config), str(desk.backup), LC_ALL=ENGLISH)

    assert (done.returncode, damaged.name in done.stderr) == (1, True)
    assert damaged.name not in str(desk.manifest())


async def test_a_copy_that_was_damaged_on_the_disk_for_backups_is_renewed(desk: Desk) -> None:
    kept = await desk.keeps(b"another mail")
    desk.saves()
    copy = desk.backup / "blobs" / kept.name[:2] / kept.name
    copy.write_bytes(b"ANOTHER MAIL")

    assert "2 kept files, 1 of them new" in desk.saves()
    assert copy.read_bytes() == b"another mail"


async def test_files_of_mails_that_are_nowhere_are_counted_when_saved_and_when_put_back(desk: Desk) -> None:
    gone = await desk.has_a_mail_of(b"the bytes of a mail")
    desk.saves()
    assert "that mails are made of" not in desk.restores("--replace")[1]
    for one in gone:
        one.unlink()
    shutil.rmtree(desk.backup)

    saved = postroom("backup", "-c", str(desk.config), str(desk.backup), LC_ALL=ENGLISH)
    put_back = desk.restores("--replace")

    assert (saved.returncode, "2 files that mails are made of" in saved.stderr) == (1, True)
    assert (put_back[0], "2 files that mails are made of" in put_back[1]) == (0, True)
    assert await desk.reads() == -1


async def test_a_manifest_that_forgets_the_files_does_not_hide_that_they_are_missing(desk: Desk) -> None:
    await desk.has_a_mail_of(b"the bytes of a mail")
    desk.saves()
    (desk.backup / "manifest.json").write_text(json.dumps({**desk.manifest(), "blobs": {}}))
    shutil.rmtree(desk.data)
    desk.data.mkdir(mode=0o700)

    status, said = desk.restores()

    assert (status, "2 files that mails are made of" in said) == (0, True)


async def test_a_disk_that_fills_while_it_is_put_back_keeps_the_database_and_its_room(desk: Desk) -> None:
    desk.saves()
    await desk.writes(8)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "restore", "-c", str(desk.config), "--replace", str(desk.backup)],
        capture_output=True,
        env={**os.environ, **QUIET, "LC_ALL": ENGLISH},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        check=False,
    )
    assert (done.returncode, b"could not be put back" in done.stderr) == (1, True)
    assert await desk.reads() == 8
    assert [*desk.data.glob("*.restoring*"), *desk.data.glob("*.replaced-*")] == []


async def test_a_database_that_is_there_is_not_replaced_unasked(desk: Desk) -> None:
    desk.saves()
    await desk.writes(8)

    status, said = desk.restores()

    assert (status, "--replace" in said) == (1, True)
    assert await desk.reads() == 8


async def test_nothing_is_restored_while_the_bot_runs(desk: Desk) -> None:
    desk.saves()
    await desk.writes(8)
    with FolderLock(desk.data):
        status, said = desk.restores("--replace")

    assert (status, "stop it first" in said) == (69, True)
    assert await desk.reads() == 8


async def test_nothing_is_restored_while_an_import_runs(desk: Desk) -> None:
    desk.saves()
    await desk.writes(8)
    with ImportLock(desk.data, alone=False):
        status, said = desk.restores("--replace")

    assert (status, "An import runs" in said) == (69, True)
    assert await desk.reads() == 8


@pytest.mark.parametrize("what", ["database", "file", "manifest", "newer format", "newer tables", "a way out"])
async def test_what_is_no_whole_backup_of_ours_is_refused_and_nothing_changes(desk: Desk, what: str) -> None:
    desk.saves()
    await desk.writes(8)
    (database,) = desk.backup.glob("database-*.db")
    text = (desk.backup / "manifest.json").read_text()
    match what:
        case "database":
            database.write_bytes(database.read_bytes()[:-1] + b"x")
        case "file":
            next(one for one in (desk.backup / "blobs").rglob("*") if one.is_file()).unlink()
        case "manifest":
            (desk.backup / "manifest.json").unlink()
        case "newer format":
            (desk.backup / "manifest.json").write_text(text.replace('"format": 1', '"format": 2'))
        case "newer tables":
            (desk.backup / "manifest.json").write_text(text.replace('"schema": "', '"schema": "9'))
        case _:
            (desk.backup / "manifest.json").write_text(text.replace(database.name, "../data/postroom.db"))

    status, said = desk.restores("--replace")

    assert status == 1, said
    assert await desk.reads() == 8
    assert not [*desk.data.glob("*.replaced-*")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
async def test_what_root_restores_belongs_to_the_owner_of_the_folder(desk: Desk) -> None:
    desk.saves()
    shutil.rmtree(desk.data)
    status, said = desk.restores()
    assert (status, "install -d" in said) == (1, True)
    desk.data.mkdir(mode=0o700)
    os.chown(desk.data, NOBODY, NOBODY)

    assert desk.restores()[0] == 0

    assert {one.stat().st_uid for one in desk.data.rglob("*")} == {NOBODY}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root owns what another one's folder holds")
async def test_check_names_what_root_left_in_the_bots_folder(desk: Desk) -> None:
    os.chown(desk.data, NOBODY, NOBODY)

    done = postroom("check", "-c", str(desk.config), LC_ALL=ENGLISH)

    assert f"{desk.database} belongs to another user than the folder" in done.stdout


async def test_check_connect_makes_no_folder(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    await asyncio.to_thread(postroom, "check", "-c", str(desk.config), "--connect")

    assert not desk.data.exists()
