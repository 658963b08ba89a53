"""A process of the bot that was begun by fork is like one that was started: it says, ends and dies the same."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import psutil
import pytest

from tests.config.conftest import KEY, LEAST
from tests.fakes.forked import LoadedBot, forked


async def _ends(folder: Path, *words: str) -> tuple[int, str]:
    log = folder / "log"
    child = await forked(words, name="postroom", log=log)
    return await child.wait(), log.read_text()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Of a bot whose servers are all away."""
    path = tmp_path / "config.yaml"
    least = LEAST.replace("/var/lib/postroom", str(tmp_path / "data"))
    path.write_text(least.replace("127.0.0.1:8008", "127.0.0.1:1").replace("127.0.0.1:9100", "127.0.0.1:0"))
    path.chmod(0o600)
    return path


async def test_its_status_and_its_words_are_those_of_the_command(tmp_path: Path) -> None:
    assert await _ends(tmp_path, "--version") == (0, "postroom, version 0.1.0\n")
    status, said = await _ends(tmp_path, "run", "-c", str(tmp_path / "none.yaml"))
    assert status == 78 and "none.yaml" in said and "Traceback" not in said


async def test_each_has_the_environment_of_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for language, words in (("fr_FR.UTF-8", "est illisible"), ("en_GB.UTF-8", "cannot be read")):
        monkeypatch.setenv("LC_ALL", language)
        _, said = await _ends(tmp_path, "check", "-c", str(tmp_path / "none.yaml"))
        assert words in said


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGKILL, -9)], ids=["told", "killed"])
async def test_it_is_told_to_end_and_killed_by_its_own_pid(
    config: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, status: int
) -> None:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    log = config.parent / "log"
    child = await forked(("run", "-c", str(config)), name="the bot", log=log)
    other = await forked(("run", "-c", str(config.parent / "none.yaml")), name="another", log=config.parent / "other")
    assert psutil.Process(child.pid).ppid() == psutil.Process(other.pid).ppid()

    async def is_up() -> bool:
        return "{" in log.read_text()

    await child.until(is_up, timeout=60)
    assert await child.stop(first=number) == status
    assert await other.wait() == 78


async def test_it_is_told_to_end_when_the_one_that_it_came_from_has_ended(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    loaded = LoadedBot()
    child = await loaded.begin(("run", "-c", str(config)), name="the bot", log=config.parent / "log")
    bot = psutil.Process(child.pid)
    loaded.end()
    assert await child.wait() == -signal.SIGTERM
    await asyncio.to_thread(bot.wait, 60)
