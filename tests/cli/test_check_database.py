"""`check --connect` on a server's database that the bot has never seen."""

from pathlib import Path

import yaml

from bot.cli.check_connect import _database
from bot.config import Config
from bot.demo.servers.postgres import own_database
from tests.config.conftest import KEY, LEAST


async def test_one_without_our_tables_is_new_and_no_mistake(postgres_url: str, tmp_path: Path) -> None:
    async with own_database(postgres_url, "postroom_never_seen") as url:
        read = {**yaml.safe_load(LEAST), "database": url, "data_dir": str(tmp_path), "secret_key": KEY}
        (found,) = await _database(Config.model_validate(read, strict=False))
    assert found.problem.key == "check.database_new"
