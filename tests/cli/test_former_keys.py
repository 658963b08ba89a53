"""`check --connect` says what still needs a former `secret_key`, and when nothing here does any more."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.cli.check_connect import check_connections
from bot.cli.erased import LIST, put_on_list
from bot.cli.former_keys import look_at_former_keys
from bot.config import Config, Level
from bot.domain.mailed import GOOD_FOR
from bot.keys import key_mark
from storage import erased_list
from storage import key_mark as marks
from storage.database import Database
from storage.key_mark import KeyMark
from tests.config.conftest import KEY, LEAST
from tests.fakes.migrated import migrated

NEW = "the key of today, long enough for everybody"
DAY = timedelta(days=1)


def config_of(folder: Path, key: str = NEW, *former: str) -> Config:
    read = {**yaml.safe_load(LEAST), "database": f"sqlite:///{folder}/p.db", "data_dir": str(folder)}
    return Config.model_validate({**read, "secret_key": key, "former_secret_keys": list(former)}, strict=False)


async def noted(config: Config, age: timedelta, key: str = "") -> None:
    """The bot was started with this key so long ago."""
    url = await migrated(config.data_dir / "p.db")
    database = await Database.open(url)
    try:
        async with database.write() as tx:
            await marks.note(tx, KeyMark(key or key_mark(config), datetime.now(UTC) - age))
    finally:
        await database.close()


async def keys(config: Config) -> list[str]:
    return [one.problem.key for one in await look_at_former_keys(config)]


async def test_without_former_keys_nothing_is_said(tmp_path: Path) -> None:
    assert await keys(config_of(tmp_path)) == []


@pytest.mark.parametrize("how", ["new", "noted_never", "of_before"])
async def test_before_the_first_start_with_both_nothing_may_be_taken_out(tmp_path: Path, how: str) -> None:
    config = config_of(tmp_path, NEW, KEY)
    if how == "noted_never":
        await migrated(tmp_path / "p.db")
    elif how == "of_before":
        await noted(config, 400 * DAY, key_mark(config_of(tmp_path, KEY)))
    (found,) = await look_at_former_keys(config)
    assert (found.level, found.problem.key) == (Level.WARNING, "check.former_not_started")


async def test_answers_by_mail_need_it_for_a_while(tmp_path: Path) -> None:
    config = config_of(tmp_path, NEW, KEY)
    await noted(config, GOOD_FOR - DAY)
    (found,) = await look_at_former_keys(config)
    assert found.problem.key == "check.former_answers"
    assert dict(found.problem.values)["until"] == f"{datetime.now(UTC) + DAY:%Y-%m-%d}"
    await noted(config, GOOD_FOR + DAY)
    assert await keys(config) == ["check.former_over"]


async def test_who_was_erased_needs_it_for_ever(tmp_path: Path) -> None:
    put_on_list(config_of(tmp_path, KEY), frozenset({"zora@example.net"}), at=datetime.now(UTC))
    config = config_of(tmp_path, NEW, KEY)
    await noted(config, GOOD_FOR + DAY)
    assert await keys(config) == ["check.former_erased"]
    await noted(config, DAY)
    assert await keys(config) == ["check.former_erased", "check.former_answers"]
    assert "check.former_answers" in [one.problem.key for one in await check_connections(config)]


async def test_who_was_erased_on_another_machine_of_the_database_needs_it_too(tmp_path: Path) -> None:
    """This one has no list before it imports, erases or restores."""
    other = tmp_path / "other"
    other.mkdir()
    theirs = config_of(other, KEY)
    put_on_list(theirs, frozenset({"zora@example.net", "yuri@example.net"}), at=datetime.now(UTC))
    listed = json.loads((other / LIST).read_text())
    rows = {one["address"]: f"{listed['check'][:16]} {one['at']}" for one in listed["erased"]}
    config = config_of(tmp_path, NEW, KEY)
    await noted(config, GOOD_FOR + DAY)
    database = await Database.open(config.database_url)
    async with database.write() as tx:
        await erased_list.put(tx, rows)
    await database.close()
    (found,) = await look_at_former_keys(config)
    assert (found.problem.key, dict(found.problem.values)["count"]) == ("check.former_erased", 2)
    (tmp_path / LIST).write_bytes((other / LIST).read_bytes())
    (found,) = await look_at_former_keys(config)
    assert dict(found.problem.values)["count"] == 2, "nobody is counted twice"


async def test_a_list_by_a_key_that_is_named_nowhere_is_a_mistake(tmp_path: Path) -> None:
    put_on_list(config_of(tmp_path, "some third key, nobody has it any more"), frozenset({"z@e.net"}), at=None)
    config = config_of(tmp_path, NEW, KEY)
    await noted(config, DAY)
    assert (await keys(config))[0] == "cli.erased_other_key"
    (tmp_path / LIST).write_text("[")
    assert (await keys(config))[0] == "check.list_not_read"


async def test_a_database_that_cannot_be_read_is_told_of_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "p.db").write_bytes(b"no database at all" * 300)
    assert await keys(config_of(tmp_path, NEW, KEY)) == []
