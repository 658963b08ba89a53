"""A second process of the same instance, which waits for the first one to end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import yaml

from bot.demo.bot_process import BotProcess
from bot.demo.servers.process import LOOPBACK, free_port
from tests.e2e.house import House


@asynccontextmanager
async def standing_by(house: House) -> AsyncIterator[BotProcess]:
    """A process with a folder and a device of its own on the same database, mail and blobs; not started yet."""
    settings = yaml.safe_load(house.config.read_text())
    first, own = Path(settings["data_dir"]), house.folder / "stand-by"
    own.mkdir(mode=0o700)
    (own / "blobs").symlink_to(first / "blobs")
    bind = f"{LOOPBACK}:{free_port()}"
    config = house.folder / "stand-by.yaml"
    config.touch(mode=0o600)
    config.write_text(yaml.safe_dump({**settings, "data_dir": str(own), "http": {"bind": bind}}))
    process = BotProcess(config, bind=bind, log=house.folder / "stand-by.log")
    process.begins = house.bot.begins
    try:
        yield process
    except BaseException:
        print(f"--- the last words of the one standing by\n{process.log_tail()}")
        raise
    finally:
        await process.stop()
