"""What could not be decided is kept whole, and can be decided again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.ids import EffectId, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.room import Invited
from bot.domain.kinds import INPUTS, kind_of
from bot.domain.outcomes import Accepted
from bot.flows.step.inputs_json import NotAgain, as_json, from_json
from storage import seen, shunted
from storage.database import Database
from tests.cli.test_postroom import postroom
from tests.config.conftest import LEAST

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
INVITED = Invited(RoomId("!other:localhost"), UserId("@mallory:localhost"), NOW)
ENGLISH = "en_GB.UTF-8"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.one_of(*(st.builds(kind) for kind in INPUTS if kind is not Receipt)))
def test_every_input_is_the_same_after_it_was_kept(input: Input) -> None:
    assert from_json(kind_of(input), as_json(input)) == input


def test_letters_that_are_no_unicode_do_not_prevent_keeping() -> None:
    broken = Invited(RoomId("!\ud800:x"), UserId("@a:x"), NOW)

    again = from_json("Invited", as_json(broken))

    assert isinstance(again, Invited)
    assert again.room == "!?:x"


@pytest.mark.parametrize(("kind", "payload"), [("Receipt", "{}"), ("Nonsense", "{}"), ("Invited", "Invited(room='x')")])
def test_what_cannot_be_read_back_is_said(kind: str, payload: str) -> None:
    with pytest.raises(NotAgain):
        from_json(kind, payload)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(LEAST.replace("/var/lib/postroom", str(tmp_path / "data")))
    path.chmod(0o600)
    return path


async def put_aside(config: Path, input: Input) -> int:
    database = await Database.open(f"sqlite:///{config.parent}/data/postroom.db")
    try:
        async with database.write() as tx:
            await seen.mark_seen(tx, input.key, NOW)
            return await shunted.add(tx, input.key, kind_of(input), as_json(input), "ValueError", NOW)
    finally:
        await database.close()


async def test_an_input_put_aside_is_decided_again_and_leaves_the_list(config: Path) -> None:
    number = await put_aside(config, INVITED)
    assert "Invited" in postroom("outbox", "-c", str(config), "shunted").stdout

    done = postroom("outbox", "-c", str(config), "shunted", "retry", str(number), LC_ALL=ENGLISH)

    assert done.stdout == f"{number} is decided.\n", done.stderr
    assert "QuitRoom" in postroom("outbox", "-c", str(config)).stdout
    assert postroom("outbox", "-c", str(config), "shunted", LC_ALL=ENGLISH).stdout == "Nothing was put aside.\n"


async def test_a_receipt_is_left_to_the_next_start(config: Path) -> None:
    number = await put_aside(config, Receipt(EffectId(1), 1, Accepted(), NOW))

    done = postroom("outbox", "-c", str(config), "shunted", "retry", str(number), LC_ALL=ENGLISH)

    assert "cannot be tried again by itself" in done.stdout


async def test_an_input_put_aside_can_be_forgotten(config: Path) -> None:
    number = await put_aside(config, INVITED)

    assert (
        "is forgotten" in postroom("outbox", "-c", str(config), "shunted", "drop", str(number), LC_ALL=ENGLISH).stdout
    )
    again = postroom("outbox", "-c", str(config), "shunted", "drop", str(number), LC_ALL=ENGLISH)
    assert f"Nothing is put aside under the number {number}." in again.stdout
