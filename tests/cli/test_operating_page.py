"""The command lines of docs/operating.md for backup, restore, move and check do what the page says, as they stand there."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.servers.postgres import named, own_database
from storage.blobs import Blobs
from tests.config.conftest import KEY, LEAST
from tests.docs.test_docs import text_of
from tests.fakes.migrated import migrated

STUBS = {
    # What stands there wants an account and an init system of its own; the words after them are run.
    "sudo": '#!/bin/sh\nshift 2\nexec "$@"\n',
    "systemctl": "#!/bin/sh\n",
    "install": '#!/bin/sh\nfor last; do :; done\nmkdir -p -m 700 "$last"\n',
}


def blocks(title: str) -> list[str]:
    """The shell blocks of a section of the page."""
    page = text_of("docs/operating.md")
    (section,) = re.findall(rf"(?ms)^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", page)
    return [re.sub(r"(?m)^ {3}", "", one) for one in re.findall(r"(?s)```sh\n(.*?)```", section)]


def lines_with(word: str) -> Iterator[str]:
    """Commands within the text: `postroom …` with a file of the configuration."""
    found = re.findall(rf"`(postroom {word} -c [^`]+)`", text_of("docs/operating.md"))
    yield from dict.fromkeys(found)


class Host:
    """A machine on which the README was followed, in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data, self.etc, self.backups = root / "var/lib/postroom", root / "etc/postroom", root / "var/backups"
        self.bin = root / "opt/postroom/.venv/bin"
        for folder in (self.data, self.etc, self.backups, self.bin, root / "mnt/elsewhere"):
            folder.mkdir(mode=0o700, parents=True)
        for name, text in {**STUBS, "postroom": f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n'}.items():
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        self.uses(f'"sqlite:///{self.data}/postroom.db"')
        (self.etc / "environment").write_text(f"POSTROOM_SECRET_KEY={KEY}\n")

    def uses(self, database: str) -> None:
        kept = [line for line in LEAST.splitlines() if not line.startswith("database:")]
        text = "\n".join([*kept, f"database: {database}", ""]).replace('"/var/lib/postroom', f'"{self.data}')
        for file in (self.etc / "config.yaml", self.root / "config.yaml"):
            file.write_text(text)
            file.chmod(0o600)

    def runs(self, lines: str) -> subprocess.CompletedProcess[str]:
        here = re.sub(
            r"(?<![\w.])/(opt/postroom|etc/postroom|mnt/elsewhere|var/(?:lib|backups)/postroom)",
            rf"{self.root}/\1",
            lines,
        )
        path = f"{self.bin}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "LC_ALL": "en_GB.UTF-8", "POSTROOM_SECRET_KEY": KEY}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        return subprocess.run(
            ["sh", "-euc", here],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
async def host(tmp_path: Path) -> Host:
    one = Host(tmp_path)
    await migrated(one.data / "postroom.db")
    await Blobs(one.data / "blobs").put(b"a mail")
    return one


def done(host: Host, lines: str) -> str:
    ended = host.runs(lines)
    assert ended.returncode == 0, lines + ended.stdout + ended.stderr
    return ended.stdout


def test_what_the_page_backs_up_it_restores_on_another_machine(host: Host) -> None:
    back_up, archive, recovery_key = blocks("Back up")
    (restore,) = blocks("Restore")

    assert "1 kept files" in done(host, back_up)
    (host.etc / "backup-passphrase").write_text("eight words that nobody else has put together")
    (host.etc / "backup-passphrase").chmod(0o600)
    done(host, archive)
    assert (host.root / "mnt/elsewhere/postroom.archive").exists()
    for one in sorted(host.data.rglob("*"), reverse=True):
        one.rmdir() if one.is_dir() else one.unlink()
    assert "are in place" in done(host, restore)
    assert (host.data / "postroom.db").exists()
    assert "the bot makes one at its first start" in host.runs(recovery_key).stderr


async def test_the_page_moves_the_database_to_postgresql_and_back(host: Host, postgres_url: str) -> None:
    (move,) = blocks("From SQLite to PostgreSQL, and back")
    _, _, stands = blocks("PostgreSQL")[0].splitlines()
    name = f"postroom_page_{os.getpid()}"
    async with own_database(postgres_url, name):
        line = stands.replace("postgresql://postroom:PASSWORD@127.0.0.1/postroom", named(postgres_url, name))
        await asyncio.to_thread(done, host, line)
        said = await asyncio.to_thread(done, host, move)
        assert "\ndatabase: {env: POSTROOM_DATABASE}\n" in said

        host.uses("{env: POSTROOM_DATABASE}")
        (back,) = set(re.findall(r"`(sqlite:////var/lib/postroom/\S+)`", text_of("docs/operating.md")))
        back = back.replace("/var/lib/postroom", str(host.data))
        said = await asyncio.to_thread(done, host, move.replace("env:POSTROOM_DATABASE", back))
        assert f'\ndatabase: "{back}"\n' in said

    host.uses(f'"{back}"')
    await asyncio.to_thread(done, host, "postroom outbox -c config.yaml")
    host.uses(f'"sqlite:///{host.data}/postroom.db"')


@pytest.mark.parametrize("word", ["check", "migrate", "move-database"])
def test_each_command_within_the_text_ends_as_it_says(host: Host, word: str) -> None:
    lines = [*lines_with(word)]
    assert lines
    for line in lines:
        ended = host.runs(line)
        assert "Traceback" not in ended.stderr
        # No server is there to log in to, and nothing was moved.
        assert ended.returncode == (1 if "--connect" in line or "--take-back" in line else 0), line + ended.stderr


def test_the_outbox_is_shown_and_steered_as_the_page_says(host: Host) -> None:
    (steering,) = blocks("The outbox")
    for line in steering.splitlines():
        done(host, line)
