"""`postroom import-freescout` that is killed, or runs beside others: nothing is lost, doubled or left lying."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.erase import erase
from bot.cli.importing import Asked as AskedMails
from bot.cli.importing import bring_in as bring_mails
from bot.cli.move_database import move_database
from bot.config import Config
from bot.domain.ids import ConversationId
from bot.flows.step.step import Step
from bot.process.import_lock import ImportLock, clear_killed
from storage import conversations
from storage.database import Database
from storage.holding import held
from tests.cli.freescout_dump import large
from tests.cli.test_import_freescout import CONTACT, MARIE, asked, brought, config, dumped, one_of, server

__all__ = ["config", "server"]

from tests.fakes.boundaries import Killed
from tests.fakes.writing import mail


async def test_what_a_killed_import_left_on_the_disk_goes_with_the_next(config: Config, tmp_path: Path) -> None:
    dumped(tmp_path, large(1))
    (config.data_dir / "scratch").mkdir(mode=0o700, exist_ok=True)
    left = config.data_dir / "scratch" / "import-12345.db"
    left.write_bytes(b"secret")
    await brought(config, asked(tmp_path))
    assert not left.exists()


async def test_what_a_killed_import_left_goes_with_a_start_of_the_bot_but_not_what_a_running_one_needs(
    config: Config,
) -> None:
    (config.data_dir / "scratch").mkdir(mode=0o700, exist_ok=True)
    left = config.data_dir / "scratch" / "import-12345.db"
    with ImportLock(config.data_dir, alone=False):
        left.write_bytes(b"secret")
        clear_killed(config.data_dir)
        assert left.exists()
    clear_killed(config.data_dir)
    assert not left.exists()


async def test_so_does_a_folder_of_mails_that_an_import_was_killed_over(config: Config) -> None:
    left = config.data_dir / "scratch" / "import-abc"
    left.mkdir(mode=0o700, parents=True)
    (left / "mail-1.eml").write_bytes(b"secret")
    with ImportLock(config.data_dir, alone=False):
        clear_killed(config.data_dir)
    assert not left.exists()


async def test_nobody_is_erased_while_an_import_runs_and_none_begins_meanwhile(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dumped(tmp_path, large(1))
    with ImportLock(config.data_dir, alone=False):
        assert await asyncio.to_thread(erase, config, MARIE, yes=True, language="en") == 69
        assert "An import runs" in capsys.readouterr().err
        assert await asyncio.to_thread(move_database, config, "sqlite:////nowhere", language="fr") == 69
        assert "Un import tourne" in capsys.readouterr().err
    with ImportLock(config.data_dir, alone=True):
        assert await brought(config, asked(tmp_path)) == 1
        assert "Nothing was brought in" in capsys.readouterr().err


async def test_on_postgresql_neither_does_another_machine(
    config: Config, server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a `data_dir` of its own it sees no lock of ours."""
    if not server:
        pytest.skip("a file has one machine")
    dumped(tmp_path, large(1))
    async with held(config.database_url, alone=False):
        assert await asyncio.to_thread(erase, config, MARIE, yes=True, language="en") == 69
        assert "An import runs" in capsys.readouterr().err
        assert await brought(config, asked(tmp_path)) == 0
    async with held(config.database_url, alone=True):
        assert await brought(config, asked(tmp_path)) == 1
        assert "Nothing was brought in" in capsys.readouterr().err


async def test_imports_beside_each_other_and_beside_arriving_mail_take_no_number_twice(
    config: Config, server: str, tmp_path: Path
) -> None:
    """Three connections at once, and each of the two FreeScouts counts from 1."""
    if not server:
        pytest.skip("a file has one writer at a time")
    others: list[Config] = []
    for name in ("a", "b", "c"):
        (tmp_path / name / "data").mkdir(parents=True)
        others.append(config.model_copy(update={"data_dir": tmp_path / name / "data"}))
    second = large(15)
    for number, row in enumerate(second.rows["threads"]):
        if row.get("message_id"):
            row["message_id"] = f"other{number}@example.net"
    dumped(tmp_path / "a", large(15))
    dumped(tmp_path / "b", second)
    letters = tmp_path / "c" / "mails"
    letters.mkdir()
    for number in range(15):
        raw = mail(id=f"m{number}@x.example", subject=f"Letter {number}", to=CONTACT)
        (letters / f"{number}.eml").write_bytes(raw)
    came = await asyncio.gather(
        brought(others[0], asked(tmp_path / "a", env=None)),
        brought(others[1], asked(tmp_path / "b", env=None)),
        asyncio.to_thread(bring_mails, others[2], AskedMails(CONTACT, str(letters)), language="en"),
    )
    assert tuple(came) == (0, 0, 0)
    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        found = [await conversations.get(tx, ConversationId(number)) for number in range(1, 46)]
        assert await conversations.next_number(tx) == 46
    await database.close()
    subjects = [one.subject for one in found if one is not None]
    wanted = {*(f"Question {n}" for n in range(1, 16)), *(f"Letter {n}" for n in range(15))}
    assert set(subjects) == wanted and len(subjects) == 45


async def test_an_import_waits_for_one_that_removes_what_others_left(config: Config) -> None:
    def alone(entered: threading.Event) -> None:
        with ImportLock(config.data_dir, alone=True):
            entered.set()
            time.sleep(0.3)

    entered = threading.Event()
    other = asyncio.create_task(asyncio.to_thread(alone, entered))
    assert await asyncio.to_thread(entered.wait, 5)
    with ImportLock(config.data_dir, alone=False):
        pass
    await other


async def test_it_may_die_at_any_conversation_and_goes_on_with_the_same_numbers(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped(tmp_path, large(6))
    take = Step.take
    for at in (1, 2, 1, 3):
        left = iter([*([False] * (at - 1)), True])

        async def dying(self: Step, *given: Any, left: Iterator[bool] = left, before: bool = at % 2 == 1) -> None:
            dies = next(left)
            if not (dies and before):
                await take(self, *given)
            if dies:
                raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(Step, "take", dying)
            with pytest.raises(Killed):
                await brought(config, asked(tmp_path))
    assert await brought(config, asked(tmp_path)) == 0
    for number in range(1, 7):
        one, records = await one_of(config, number)
        assert (one.subject, len(records)) == (f"Question {number}", 3)
