"""`postroom move-database` as a person types it: what it says, the line to write, and the ends."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.demo.servers.postgres import own_database
from bot.process.lock import FolderLock
from storage import outbox
from storage.database import Database
from tests.cli.test_postroom import postroom
from tests.config.conftest import KEY, LEAST
from tests.fakes.logged import logged
from tests.fakes.migrated import migrated
from tests.storage.made import NOW, planned

ENGLISH = "en_GB.UTF-8"


class Desk:
    """A bot's folder with a call in its outbox."""

    def __init__(self, folder: Path) -> None:
        self.data, self.config = folder / "data", folder / "config.yaml"
        self.data.mkdir(mode=0o700)
        self.file = self.data / "postroom.db"
        self.uses(f'database: "sqlite:///{self.file}"')

    def uses(self, line: str) -> None:
        lines = [one for one in LEAST.splitlines() if not one.startswith("database:")]
        self.config.write_text("\n".join([*lines, line, ""]).replace("/var/lib/postroom", str(self.data)))
        self.config.chmod(0o600)

    async def plans(self) -> None:
        database = await Database.open(await migrated(self.file), migrate=False)
        async with database.write() as tx:
            await outbox.add(tx, planned(), NOW)
        await database.close()

    def says(self, command: str, *words: str, **environment: str) -> tuple[int, str]:
        """The exit status, and what was said; within this process, which is sooner done."""
        mask = os.umask(0o077)
        try:
            given = {"POSTROOM_SECRET_KEY": KEY, "LC_ALL": ENGLISH, **environment}
            with logged():
                ended = CliRunner().invoke(cli, [command, "-c", str(self.config), *words], env=given)
        finally:
            os.umask(mask)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.output


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    one = Desk(tmp_path)
    await one.plans()
    return one


async def test_from_sqlite_to_postgresql_the_line_is_said_and_the_old_one_is_not_served(
    desk: Desk, postgres_url: str
) -> None:
    async with own_database(postgres_url, f"postroom_cli_{os.getpid()}") as there:
        status, said = await asyncio.to_thread(desk.says, "move-database", "env:NEW_DATABASE", NEW_DATABASE=there)
        assert status == 0, said
        assert "outbox: 1 of 1 rows copied." in said
        assert "outbox: 1 of 1 rows are the same." in said
        assert "\ndatabase: {env: NEW_DATABASE}\n" in said

        for command in (("outbox",), ("backup", str(desk.data / "backup"))):
            status, said = await asyncio.to_thread(desk.says, *command)
            assert (status, "was moved to postgresql://" in said) == (1, True), command
        ran = await asyncio.to_thread(postroom, "run", "-c", str(desk.config), LC_ALL=ENGLISH)
        assert (ran.returncode, "déménagé vers postgresql://" in ran.stderr) == (78, True), ran.stderr
        assert there.split(":")[2].partition("@")[0] not in said

        desk.uses("database: {env: NEW_DATABASE}")
        status, said = await asyncio.to_thread(desk.says, "outbox", NEW_DATABASE=there)
        assert (status, "SendEvent" in said) == (0, True)


def test_a_move_to_a_file_says_its_line_and_can_be_taken_back(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    status, said = desk.says("move-database", url)
    assert (status, f'\ndatabase: "{url}"\n' in said) == (0, True)
    assert desk.says("move-database", f"sqlite:///{tmp_path / 'other.db'}")[0] == 1

    status, said = desk.says("move-database", "--take-back", LC_ALL="fr_FR.UTF-8")

    assert (status, "sert de nouveau" in said) == (0, True)
    assert desk.says("outbox")[0] == 0


def test_nothing_is_moved_while_the_bot_runs(desk: Desk, tmp_path: Path) -> None:
    with FolderLock(desk.data):
        status, said = desk.says("move-database", f"sqlite:///{tmp_path / 'new.db'}")

    assert (status, "stop it first" in said) == (69, True)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "nonsense", "sqlite:///here.db", "sqlite://", "env:NOT_THERE", "postgresql://a@b:x/c"]
)
def test_a_url_that_is_none_is_said_so(desk: Desk, url: str) -> None:
    status, said = desk.says("move-database", url)

    assert (status, "Say where to" in said) == (1, True)


def test_without_a_url_it_is_said_what_is_wanted_in_french(desk: Desk) -> None:
    status, said = desk.says("move-database", LC_ALL="fr_FR.UTF-8")

    assert (status, "Dites vers où" in said) == (1, True)


def test_a_server_that_is_away_or_a_file_that_is_no_database_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("a letter")

    # In a process of its own: the engines of a test process share what the first one learns of its server.
    far = "postgresql://a:secret@127.0.0.1:1/c"
    ended = postroom("move-database", "-c", str(desk.config), far, LC_ALL=ENGLISH)
    away = (ended.returncode, ended.stderr)
    taken = desk.says("move-database", f"sqlite:///{tmp_path / 'letter'}")

    assert away[0] == taken[0] == 1
    assert "The database cannot be" in away[1]
    assert "secret" not in away[1]
    assert "Traceback" not in away[1]
    assert "is not empty" in taken[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_moves_belongs_to_the_owner_of_the_folder(desk: Desk) -> None:
    for one in (desk.data, *desk.data.iterdir()):
        os.chown(one, 65534, 65534)

    assert desk.says("move-database", f"sqlite:///{desk.data / 'new.db'}")[0] == 0

    assert {one.stat().st_uid for one in desk.data.iterdir()} == {65534}
