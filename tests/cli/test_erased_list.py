"""Who was erased stays erased: the list that names nobody, whatever is put back or brought in, and by every key."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.cli import restore as restoring
from bot.cli.backup import back_up
from bot.cli.erase import erase
from bot.cli.erased import LIST, share_list, stand_under_former
from bot.cli.importing import Asked, bring_in
from bot.cli.restore import restore
from bot.config.secret import Secret
from bot.process.ends import last_words
from bot.text.wording import say
from storage.database import Database
from storage.faults import NotErased
from tests.cli.test_erase import erases, fill, finds, numbers
from tests.cli.test_export import CONTACT, PAUL, House, house, raw, server

__all__ = ["house", "server"]


async def test_the_list_names_nobody_and_is_for_its_owner_only(house: House) -> None:
    await fill(house)
    await erases(house)

    file = house.config.data_dir / LIST
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "marie" not in file.read_text().lower()
    assert len(json.loads(file.read_text())["erased"]) == 1


async def test_a_list_of_another_secret_key_is_said_before_anything_is_done(house: House, capsys: Any) -> None:
    """It would find nobody, and let all who stand in it come back."""
    await fill(house)
    saved = house.out / "backup"
    has_programs = "postgresql" not in house.config.database_url or shutil.which("pg_dump") is not None
    if has_programs:
        assert await asyncio.to_thread(back_up, house.config, saved, language="en") == 0
    await erases(house)
    kept = await numbers(house)
    mail = house.out / "hers.eml"
    mail.write_bytes(raw("hers again"))
    other = house.config.model_copy(update={"secret_key": Secret("another secret of thirty-two bytes")})
    for one in (
        *((partial(restore, other, saved, None, replace=True, language="en"),) if has_programs else ()),
        partial(erase, other, PAUL.address, yes=True, language="en"),
        partial(bring_in, other, Asked(CONTACT, str(mail)), language="en"),
    ):
        capsys.readouterr()
        assert await asyncio.to_thread(one) == 1
        said = capsys.readouterr().err
        assert str(house.config.data_dir / LIST) in said and "another secret_key" in said
    assert await numbers(house) == kept
    with_erased = Asked(CONTACT, str(mail), with_erased=True)
    assert await asyncio.to_thread(partial(bring_in, other, with_erased, language="en")) == 0


async def test_with_another_secret_key_the_list_of_before_holds(house: House, capsys: Any) -> None:
    await fill(house)
    await erases(house)
    before = house.config.secret_key
    house.config = house.config.model_copy(
        update={"secret_key": Secret("another secret of thirty-two bytes"), "former_secret_keys": (before,)}
    )
    assert stand_under_former(house.config) == 1
    house.out.mkdir(exist_ok=True)
    mail = house.out / "hers.eml"
    mail.write_bytes(b"Date: Mon, 3 Mar 2025 10:00:00 +0000\r\n" + raw("hers again"))
    assert await asyncio.to_thread(partial(bring_in, house.config, Asked(CONTACT, str(mail)), language="en")) == 0
    assert "people who were erased here after it: 1 mail" in capsys.readouterr().out
    # Once more, and somebody else: each stands there once.
    await erases(house)
    await erases(house, PAUL.address)
    listed = json.loads((house.config.data_dir / LIST).read_text())["erased"]
    assert len(listed) == 2 and all(one["at"] for one in listed) and stand_under_former(house.config) == 1
    house.config = house.config.model_copy(update={"former_secret_keys": ()})
    capsys.readouterr()
    assert await erases(house, PAUL.address) == 1
    assert "former_secret_keys" in capsys.readouterr().err


async def test_on_postgresql_another_machine_knows_whom_one_has_erased(house: House, server: str, capsys: Any) -> None:
    """Each has a `data_dir` of its own, and so a list of its own."""
    if not server:
        pytest.skip("a file has one machine")
    there = await fill(house)
    saved = house.out / "backup"
    if shutil.which("pg_dump") is not None:
        assert await asyncio.to_thread(back_up, house.config, saved, language="en") == 0
    await erases(house)
    kept = await numbers(house)
    mail = house.out / "hers.eml"
    mail.write_bytes(b"Date: Mon, 3 Mar 2025 10:00:00 +0000\r\n" + raw("hers again"))
    for number in range(2):
        data = house.out / f"machine {number}"
        data.mkdir(mode=0o700)
        other = house.config.model_copy(update={"data_dir": data})
        if number and saved.exists():
            assert await asyncio.to_thread(restore, other, saved, None, replace=True, language="en") == 0
            assert await numbers(house) == kept and not (data / "blobs" / there["hers"].raw).exists()
        capsys.readouterr()
        assert await asyncio.to_thread(partial(bring_in, other, Asked(CONTACT, str(mail)), language="en")) == 0
        assert "people who were erased here after it: 1 mail" in capsys.readouterr().out
        assert (data / LIST).read_text() == (house.config.data_dir / LIST).read_text()
    assert await numbers(house) == kept


async def test_of_two_lists_the_later_time_holds_and_one_that_was_broken_off_says_nothing(
    house: House, server: str
) -> None:
    if not server:
        pytest.skip("a file has one machine")
    await fill(house)
    await erases(house)
    file = house.config.data_dir / LIST
    whole = json.loads(file.read_text())
    (entry,) = whole["erased"]
    at = datetime.fromisoformat(entry["at"])
    database = await Database.open(house.config.database_url)
    for said, wanted in (
        ((at + timedelta(days=9)).isoformat(), at + timedelta(days=9)),
        ((at - timedelta(days=9)).isoformat(), at + timedelta(days=9)),
        (None, at + timedelta(days=9)),
    ):
        file.write_text(json.dumps({**whole, "erased": [{**entry, "at": said}]}))
        await share_list(house.config, database)
        assert [one["at"] for one in json.loads(file.read_text())["erased"]] == [wanted.isoformat()]
    await database.close()


async def test_a_backup_of_before_that_is_put_back_brings_nobody_back(house: House) -> None:
    if "postgresql" in house.config.database_url and shutil.which("pg_dump") is None:
        pytest.skip("the client programs are not here")
    there = await fill(house)
    saved = house.out / "backup"
    assert await asyncio.to_thread(back_up, house.config, saved, language="en") == 0
    await erases(house)
    kept = await numbers(house)

    assert await asyncio.to_thread(restore, house.config, saved, None, replace=True, language="en") == 0

    assert await numbers(house) == kept
    assert not house.blobs.exists(there["hers"].raw)
    assert house.blobs.exists(there["pauls"].raw)
    assert await finds(house, "whistle") == 0


async def test_a_restore_that_dies_before_the_erased_are_out_of_it_leaves_a_database_that_is_not_served(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    if "postgresql" not in house.config.database_url:
        pytest.skip("a file is erased from before it takes its place")
    if shutil.which("pg_dump") is None:
        pytest.skip("the client programs are not here")
    await fill(house)
    saved = house.out / "backup"
    assert await asyncio.to_thread(back_up, house.config, saved, language="en") == 0
    await erases(house)
    kept = await numbers(house)

    class _Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "erase_listed", killed)
        with pytest.raises(_Killed):
            await asyncio.to_thread(restore, house.config, saved, None, replace=True, language="en")

    with pytest.raises(NotErased) as refused:
        await Database.open(house.config.database_url)
    assert "postroom restore" in say("en", last_words(refused.value)[0])
    assert await erases(house) == 1, "nor by another command"
    assert await asyncio.to_thread(restore, house.config, saved, None, replace=True, language="en") == 0
    assert await numbers(house) == kept
    assert "is kept as replaced_" in capsys.readouterr().out


async def test_what_they_wrote_after_the_erasure_comes_back_with_a_backup_of_after_it(house: House) -> None:
    if "postgresql" in house.config.database_url and shutil.which("pg_dump") is None:
        pytest.skip("the client programs are not here")
    await erases(house)
    await fill(house)
    saved = house.out / "backup"
    assert await asyncio.to_thread(back_up, house.config, saved, language="en") == 0
    there = await numbers(house)

    assert await asyncio.to_thread(restore, house.config, saved, None, replace=True, language="en") == 0

    assert there and await numbers(house) == there
