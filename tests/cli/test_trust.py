"""`postroom trust` and `postroom unencrypted`: written on the host, taken up by the bot that runs."""

from pathlib import Path

import pytest

from bot.domain.calls import TrustUser
from bot.domain.ids import RoomId, UserId
from storage import believed, outbox
from storage.database import Database
from tests.cli.test_postroom import postroom
from tests.config.conftest import LEAST

KEY = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdE"
SHOWN = [KEY[i : i + 4] for i in range(0, 43, 4)]
ENGLISH = "en_GB.UTF-8"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(LEAST.replace("/var/lib/postroom", str(tmp_path / "data")))
    (tmp_path / "data").mkdir(exist_ok=True)
    assert postroom("migrate", "-c", str(path)).returncode == 0
    return path


async def database(config: Path) -> Database:
    return await Database.open(f"sqlite:///{config.parent}/data/postroom.db")


@pytest.mark.parametrize("words", [[KEY], SHOWN])
async def test_a_key_is_handed_to_the_running_bot(config: Path, words: list[str]) -> None:
    done = postroom("trust", "-c", str(config), "@alice:localhost", *words, LC_ALL=ENGLISH)
    assert done.returncode == 0 and "within seconds" in done.stdout
    opened = await database(config)
    async with opened.read() as tx:
        (row,) = await outbox.listing(tx)
        claimed = await outbox.get(tx, row.effect)
    await opened.close()
    assert claimed is not None
    assert isinstance(claimed.planned.call, TrustUser)
    assert (claimed.planned.call.user, claimed.planned.call.key) == (UserId("@alice:localhost"), KEY)


@pytest.mark.parametrize(
    ("arguments", "told"), [(["alice"], "no full user id"), (["@alice:localhost", "nonsense"], "no master key")]
)
def test_mistakes_are_said(config: Path, arguments: list[str], told: str) -> None:
    done = postroom("trust", "-c", str(config), *arguments, LC_ALL=ENGLISH)
    assert done.returncode == 1 and told in done.stderr


async def test_a_room_that_was_said_to_be_encrypted_is_taken_for_plain_again(config: Path) -> None:
    opened = await database(config)
    async with opened.write() as tx:
        await believed.add_rooms(tx, {RoomId("!lied:localhost")})
    done = postroom("unencrypted", "-c", str(config), "!lied:localhost", LC_ALL=ENGLISH)
    assert done.returncode == 0 and "takes !lied:localhost for unencrypted" in done.stdout
    async with opened.read() as tx:
        assert await believed.rooms(tx) == frozenset()
    await opened.close()
    assert postroom("unencrypted", "-c", str(config), "!lied:localhost", LC_ALL=ENGLISH).returncode == 1
