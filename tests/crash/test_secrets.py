"""A password is told, tried and used, with the process killed at every boundary: the word is found nowhere."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.servers.postgres import own_database
from bot.domain.ids import EventId
from bot.flows.keep.passwords import given
from tests.crash.play import Stage, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import CONFIG
from tests.fakes.house import MAILBOX, House
from tests.fakes.logged import logged
from tests.fakes.passwords import WORD, WRONG, begins, in_database, in_files, secretly
from tests.fakes.writing import mail


def _asked(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    house.provider.deliver(mail())
    house.homeserver.happens(begins(house))


def _wrong(house: House) -> None:
    house.homeserver.happens(secretly(WRONG))


def _right(house: House) -> None:
    house.homeserver.happens(secretly(WORD))


_STAGES: tuple[Stage, ...] = (lambda house: None, _asked, _wrong, _right)


async def _nowhere(house: House, log: io.StringIO, where: str) -> None:
    """Whether the process lives or has just died."""
    for word in (WORD, WRONG):
        assert await asyncio.to_thread(in_files, house.folder, word) == [], where
        assert word not in log.getvalue(), where
        assert not any(word in str(one.content) for one in house.homeserver.posted), where
        if house.url:
            assert not await in_database(house.url, word), where


async def _played(house: House, log: io.StringIO, where: str) -> int:
    async def looked() -> None:
        await _nowhere(house, log, where)

    deaths = await play(house, _STAGES, pauses=(0.0, 5.0, 16.0), dead=looked)
    await looked()
    return deaths


async def _must_hold(house: House, where: str) -> None:
    told: list[EventId] = [one.event for one in house.homeserver.happened if one.body in (WORD, WRONG)]  # type: ignore[union-attr]
    assert house.homeserver.redacted == set(told), where
    async with house.step.database.read() as tx:
        instance = await house.step.settings.read(tx)
        assert await given(tx, instance, house.step.vault) == {MAILBOX.id: WORD}, where
    said = [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG and not p.is_edit]
    assert len([one for one in said if "is in use from now on" in one]) == 1, where
    assert len([one for one in said if "Nothing has changed" in one]) == 1, where
    assert await house.open_calls() == 0, where


@pytest_asyncio.fixture
async def dry(tmp_path: Path) -> AsyncIterator[Boundaries]:
    """The boundaries that are passed when nobody dies."""
    (tmp_path / "dry").mkdir()
    house = House(tmp_path / "dry")
    with logged() as log:
        assert await _played(house, log, "without a death") == 0
    await _must_hold(house, "without a death")
    await house.close()
    yield house.boundaries


def _chosen(dry: Boundaries) -> list[int]:
    """What comes before the first password has none to lose."""
    first = dry.passed.index("login imap before")
    return [n for n in dry.places() if n > first - 12]


@pytest.mark.timeout(900)
async def test_the_word_is_nowhere_after_a_death_at_every_boundary(tmp_path: Path, dry: Boundaries) -> None:
    chosen = _chosen(dry)
    assert len(chosen) > 20
    assert {"redact after", "login imap before", "login smtp after"} <= {dry.passed[n - 1] for n in chosen}
    for kill_at in chosen:
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        house = House(folder, Boundaries(kill_at))
        where = f"killed at {kill_at}, {dry.passed[kill_at - 1]}"
        with logged() as log:
            assert await _played(house, log, where) == 1, where
        await _must_hold(house, where)
        await house.close()


@pytest.mark.timeout(900)
async def test_the_same_on_postgresql(
    tmp_path: Path, postgres_url: str, postgres_template: str, dry: Boundaries
) -> None:
    kinds: dict[str, int] = {}
    for n in _chosen(dry):
        kinds.setdefault(dry.passed[n - 1], n)
    for kill_at in kinds.values():
        folder = tmp_path / f"postgres{kill_at}"
        folder.mkdir()
        name = f"postroom_secret_{tmp_path.name[-8:].lower()}_{kill_at}"
        async with own_database(postgres_url, name, template=postgres_template) as url:
            house = House(folder, Boundaries(kill_at), url=url)
            where = f"killed at {kill_at}, {dry.passed[kill_at - 1]}"
            with logged() as log:
                assert await _played(house, log, where) == 1, where
            await _must_hold(house, where)
            await house.close()


async def test_the_search_finds_what_is_there(tmp_path: Path, own_postgres: str) -> None:
    """It would find the word in a database file, in a log of SQLite, and in PostgreSQL."""
    from sqlalchemy import text

    from storage.database import Database

    for url, folder in ((f"sqlite:///{tmp_path}/p.db", tmp_path), (own_postgres, None)):
        database = await Database.open(url)
        async with database.write() as tx:
            await tx.run(text("INSERT INTO instance (name, value) VALUES ('x', :word)"), {"word": f"<{WORD}>"})
        assert in_files(folder, WORD) if folder is not None else await in_database(url, WORD)
        await database.close()
