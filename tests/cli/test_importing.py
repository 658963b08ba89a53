"""`postroom import`: a sentence for every end, on both databases, and there and back with `postroom export`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.cli.erase import erase
from bot.cli.export import export
from bot.cli.import_sources import Kind
from bot.cli.importing import Asked, bring_in
from bot.config import Config, load
from bot.domain.conversation import Status
from bot.domain.ids import ConversationId
from bot.process.lock import FolderLock
from storage import conversations
from storage.database import Database
from tests.cli.test_backup import Desk
from tests.config.conftest import KEY
from tests.fakes.migrated import migrated
from tests.fakes.writing import mail

CONTACT = "contact@monasso.org"


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> str:
    """The URL of a PostgreSQL database; empty for SQLite."""
    return str(request.getfixturevalue("own_postgres")) if request.param == "postgresql" else ""


@pytest.fixture
async def config(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    desk = Desk(tmp_path)
    desk.data.mkdir(mode=0o700)
    desk.uses(server or await migrated(desk.database))
    return load(desk.config)


async def brought(
    config: Config, source: Path, kind: Kind | None = None, to: str = CONTACT, *, back: bool = False
) -> int:
    return await asyncio.to_thread(bring_in, config, Asked(to, str(source), kind, with_erased=back), language="en")


def kept_files(config: Config) -> list[Path]:
    return [one for one in (config.data_dir / "blobs").glob("??/*") if one.parent.name != "incoming"]


def box(folder: Path, count: int = 3) -> Path:
    for number in range(count):
        raw = mail(id=f"a{number}@x.example", subject=f"S{number}", to=CONTACT, text="From me\n\nto you\n")
        (folder / f"{number}.eml").write_bytes(raw)
    return folder


async def test_it_says_what_came_in_and_what_did_not(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "old"
    source.mkdir()
    box(source)
    (source / "9.eml").write_bytes(b"\x00")
    assert await brought(config, source) == 1
    said = capsys.readouterr().out
    assert "4 mails" in said and "Brought in: 3, in 3 conversations" in said and "9.eml: no mail" in said
    assert await brought(config, source) == 1
    assert "by an earlier run: 3" in capsys.readouterr().out
    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        found = await conversations.get(tx, ConversationId(2))
    await database.close()
    assert found is not None and (found.status, found.subject) == (Status.CLOSED, "S1")


async def test_an_export_comes_in_again_as_it_was(config: Config, tmp_path: Path) -> None:
    source = tmp_path / "old"
    source.mkdir()
    await brought(config, box(source))
    out, back = tmp_path / "out", tmp_path / "back"
    assert await asyncio.to_thread(export, config, CONTACT, out, language="en") == 0
    assert await brought(config, out / "mail.mbox") == 0
    assert await asyncio.to_thread(export, config, CONTACT, back, language="en") == 0
    assert (back / "conversations.jsonl").read_bytes() == (out / "conversations.jsonl").read_bytes()


async def test_who_was_erased_does_not_come_back_with_another_archive(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("old", "other"):
        (tmp_path / name).mkdir()
    source, other = box(tmp_path / "old"), box(tmp_path / "other")
    await brought(config, source)
    assert await asyncio.to_thread(erase, config, "marie@example.org", yes=True, language="en") == 0
    assert kept_files(config) == []
    # The same bytes, and those that another program wrote.
    assert await brought(config, source) == 0
    for one in other.iterdir():
        one.write_bytes(one.read_bytes().replace(b"\n", b"\r\n"))
    (other / "9.eml").write_bytes(mail(id="p@x.example", sender="paul@x.example", cc="marie@example.org"))
    later = mail(id="l@x.example", headers=()).replace(b"23 Nov 2026", b"23 Nov 2036")
    (other / "later.eml").write_bytes(later)
    capsys.readouterr()
    assert await brought(config, other) == 0
    said = capsys.readouterr().out
    assert "Left out, of people who were erased here after them: 3 mails" in said and "Brought in: 2" in said
    assert len(kept_files(config)) == 2
    (tmp_path / "third").mkdir()
    assert await brought(config, box(tmp_path / "third", 4), back=True) == 0
    assert "Brought in: 1" in capsys.readouterr().out, "the others were brought in before"


async def test_it_works_beside_a_bot_and_refuses_with_a_sentence(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "old"
    source.mkdir()
    with FolderLock(config.data_dir):
        assert await brought(config, box(source, 1)) == 0
    assert await brought(config, source, to="other@monasso.org") == 1
    assert CONTACT in capsys.readouterr().err
    (tmp_path / "picture").write_bytes(b"\x89PNG")
    assert await brought(config, tmp_path / "picture") == 1
    assert "--kind" in capsys.readouterr().err
    assert await brought(config, tmp_path / "missing", Kind.MBOX) == 1
    assert "goes on" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused")
async def test_root_is_told_whose_command_it_is(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.chown(config.data_dir, 65534, 65534)
    assert await brought(config, tmp_path, Kind.EML) == 1
    assert "nobody" in capsys.readouterr().err
