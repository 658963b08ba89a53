"""`postroom init`: from an account and a name to a room and a configuration that the bot starts with."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from bot.config import load
from bot.demo.bot_process import BotProcess
from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.process import free_port
from bot.demo.servers.synapse import Synapse
from tests.conftest import NewMember

_numbers = count(1)


@dataclass
class Setting:
    """A folder, an account for the bot, and somebody who shall be the first admin."""

    synapse: Synapse
    admin: MatrixUser
    folder: Path
    bot: str = field(default_factory=lambda: f"fresh-bot-{os.getpid()}-{next(_numbers)}")

    @property
    def file(self) -> Path:
        return self.folder / "config.yaml"

    async def init(
        self, *more: str, typed: str = "", password: str | None = "of the bot", language: str = "en"
    ) -> Ended:
        """Runs the command as a person would; what is `typed` answers its questions."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("POSTROOM_")}
        if password is not None:
            environment["POSTROOM_MATRIX_PASSWORD"] = password
        process = await asyncio.create_subprocess_exec(
            # For root it would be the system's own.
            *(sys.executable, "-m", "bot", "init", "-c", str(self.file), "--data-dir", "data", *more),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**environment, "LC_ALL": f"{language}.UTF-8"},
        )
        said, _ = await process.communicate(typed.encode())
        return Ended(process.returncode or 0, said.decode())

    @property
    def answers(self) -> tuple[str, ...]:
        """All that is asked for but the password."""
        user = self.synapse.user_id(self.bot)
        return "--user", user, "--homeserver", self.synapse.base_url, "--admin", self.admin.user_id


@dataclass(frozen=True)
class Ended:
    status: int
    said: str


@pytest.fixture
async def setting(synapse: Synapse, new_member: NewMember, tmp_path: Path) -> Setting:
    one = Setting(synapse, await new_member("first-admin"), tmp_path)
    await synapse.register(one.bot, "of the bot")
    return one


async def test_three_answers_make_the_room_and_a_configuration_that_the_bot_starts_with(setting: Setting) -> None:
    user = setting.synapse.user_id(setting.bot)
    typed = f"nobody\n{user}\nhttp://far.example\n{setting.synapse.base_url}\n{setting.admin.user_id}\nof the bot\n"
    done = await setting.init(typed=typed, password=None)
    assert done.status == 0, done.said
    assert "matrix.user_id: " in done.said and "matrix.homeserver: " in done.said
    assert "!mailbox add" in done.said and "of the bot\n" not in done.said

    files = {one.name: stat.S_IMODE(one.stat().st_mode) & 0o007 for one in setting.folder.iterdir()}
    assert files == {"config.yaml": 0, "matrix.password": 0, "secret.key": 0}
    config = load(setting.file)
    assert len(setting.file.read_text().splitlines()) == 5
    room = config.matrix.config_room
    await setting.admin.join(room)
    levels = await setting.admin.state(room, "m.room.power_levels")
    assert levels["users"][setting.admin.user_id] == 100
    assert (await setting.admin.state(room, "m.room.encryption"))["algorithm"] == "m.megolm.v1.aes-sha2"
    assert (await setting.admin.state(room, "m.room.join_rules"))["join_rule"] == "invite"
    assert "!mailbox add" in (await setting.admin.state(room, "m.room.topic"))["topic"]

    bind = f"127.0.0.1:{free_port()}"
    with setting.file.open("a") as out:
        out.write(f"http: {{bind: '{bind}'}}\n")
    async with BotProcess.started(setting.file, bind=bind, log=setting.folder / "bot.log") as bot:
        await bot.healthy()
        assert await setting.admin.joined_members(room) == {user, setting.admin.user_id}


async def test_a_second_try_takes_the_same_room_and_the_same_key(setting: Setting) -> None:
    assert (await setting.init(*setting.answers)).status == 0
    before = load_with_password(setting.file)
    key = (setting.folder / "secret.key").read_text()
    again = await setting.init(*setting.answers)
    assert (again.status, "is there already" in again.said) == (1, True)
    setting.file.unlink()
    assert (await setting.init(*setting.answers)).status == 0
    assert load_with_password(setting.file) == before
    assert (setting.folder / "secret.key").read_text() == key


def load_with_password(file: Path) -> str:
    """The room of a configuration whose password stands in the environment."""
    assert "of the bot" not in file.read_text() and not (file.parent / "matrix.password").exists()
    return file.read_text().partition('"config_room": "')[2].partition('"')[0]


async def test_what_cannot_be_done_is_said_and_nothing_is_written(setting: Setting) -> None:
    wrong = await setting.init(*setting.answers, password="of another")
    assert (wrong.status, "refuses this password" in wrong.said) == (1, True)
    nowhere = f"http://127.0.0.1:{free_port()}"
    away = await setting.init(*setting.answers, "--homeserver", nowhere)
    assert (away.status, f"{nowhere} does not answer" in away.said) == (69, True)
    french = await setting.init(*setting.answers, "--admin", "alice", language="fr")
    assert french.status == 2 and "admins" in french.said
    assert list(setting.folder.iterdir()) == []
    assert not any("Traceback" in one.said for one in (wrong, away, french))
