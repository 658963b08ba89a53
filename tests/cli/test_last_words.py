"""Where the bot cannot go on it says one sentence, and ends with a status that says what it is."""

from __future__ import annotations

import asyncio
import errno
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.ports import CredentialsRefused
from bot.process.ends import last_words, status_of_folder
from storage.database import Database
from storage.faults import DatabaseBroken, LeaseLost, MailboxTaken, Moved, UnknownDatabase
from storage.holding import held, refuse_held_alone
from tests.fakes.mounts import mounted


def _config(folder: Path, data_dir: Path, database: str = "") -> Path:
    path = folder / "config.yaml"
    path.touch(mode=0o600)
    path.write_text(
        yaml.safe_dump(
            {
                "matrix": {
                    "homeserver": "http://127.0.0.1:9",
                    "user_id": "@bot:localhost",
                    "password": "x",
                    "config_room": "!c:localhost",
                },
                "admins": ["@alice:localhost"],
                "database": database or f"sqlite:///{folder}/postroom.db",
                "data_dir": str(data_dir),
                "secret_key": "a" * 32,
                "mailboxes": [
                    {
                        "address": "secret.person@asso.example",
                        "name": "Asso",
                        "room": "!r:localhost",
                        "imap": {"host": "127.0.0.1", "port": 9, "security": "none", "user": "u", "password": "p"},
                        "smtp": {"host": "127.0.0.1", "port": 9, "security": "none"},
                    }
                ],
            }
        )
    )
    return path


def _run(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "run", "-c", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


async def test_a_damaged_database_ends_with_one_sentence_and_its_own_status(tmp_path: Path) -> None:
    file = tmp_path / "postroom.db"
    database = await Database.open(f"sqlite:///{file}")
    await database.close()
    whole = file.read_bytes()
    damages = {"no database": b"secret.person@asso.example " * 400, "pages lost": whole[:4096] + b"\xff" * 40_000}
    for name, damage in damages.items():
        for beside in tmp_path.glob("postroom.db-*"):
            beside.unlink()
        file.write_bytes(damage)
        ended = _run(_config(tmp_path, tmp_path / "data"))
        assert ended.returncode == 65, (name, ended.stderr[-2000:])
        assert "damaged" in ended.stderr
        assert "Traceback" not in ended.stderr + ended.stdout
        assert "secret.person" not in ended.stderr + ended.stdout
        assert len(ended.stdout + ended.stderr) < 5_000


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    ended = _run(_config(tmp_path, tmp_path / "taken" / "data"))
    assert ended.returncode == 78
    assert "data_dir" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("fault", "key", "status"),
    [
        (DatabaseBroken(), "run.database_broken", 65),
        (ExceptionGroup("tasks", [ValueError("x"), LeaseLost()]), "run.lease_lost", 69),
        (UnknownDatabase(is_newer=True), "run.database_newer", 78),
        (ExceptionGroup("tasks", [ValueError("x"), Moved("postgresql://h/d")]), "run.database_left", 78),
        (Moved(""), "run.database_unfinished", 78),
        (ExceptionGroup("tasks", [ValueError("x"), MailboxTaken((1,))]), "run.mailbox_taken", 78),
        (CredentialsRefused("matrix", "no"), "run.matrix_refused", 78),
        (ExceptionGroup("tasks", [ExceptionGroup("more", [KeyError("secret")])]), "run.fault", 70),
    ],
)
def test_each_end_has_its_sentence_and_status(fault: BaseException, key: str, status: int) -> None:
    told, ended = last_words(fault)
    assert (told.key, ended) == (key, status)


@pytest.mark.parametrize("what", ["data_dir", "the folder above it", "database"])
def test_a_disk_that_is_read_only_has_a_status_of_its_own_and_is_said_in_one_sentence(
    tmp_path: Path, what: str
) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "ro"):
        data = {"data_dir": disk, "the folder above it": disk / "data", "database": tmp_path / "data"}[what]
        config = _config(tmp_path, data)
        if what == "database":
            config.write_text(config.read_text().replace(f"{tmp_path}/postroom.db", f"{disk}/postroom.db"))
        ended = _run(config)
        assert ended.returncode == 73, ended.stderr
        assert ended.stderr.count("read-only") == 1 and str(disk) in ended.stderr
        assert "Traceback" not in ended.stderr + ended.stdout
        assert not any(line for line in ended.stderr.splitlines() if "secret.person" in line)


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 73), (errno.EROFS, 73), (errno.EACCES, 78), (errno.ENOTDIR, 78)]
)
def test_a_folder_that_a_fault_of_the_disk_closes_is_tried_again(number: int, status: int) -> None:
    assert status_of_folder(OSError(number, "no")) == status


async def test_a_bot_does_not_start_while_a_command_of_another_machine_works_alone(
    own_postgres: str, tmp_path: Path
) -> None:
    """`gdpr erase` and `restore` look for a bot before they begin; this is one that comes after."""
    config = _config(tmp_path, tmp_path / "data", own_postgres)
    async with held(own_postgres, alone=True):
        ended = await asyncio.to_thread(_run, config)
        assert ended.returncode == 69 and "Traceback" not in ended.stderr
        assert "works alone on this database" in ended.stderr.splitlines()[-1]
    async with held(own_postgres, alone=False):
        database = await Database.open(own_postgres, migrate=False)
        await refuse_held_alone(database)
        await database.close()
