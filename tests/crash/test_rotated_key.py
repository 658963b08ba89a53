"""Secrets are sealed anew under another `secret_key`, with the process killed before each write: all of them or none."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from bot.adapters.vault import KeyVault
from bot.domain.ids import DialogueId, SecretId
from bot.flows.keep.sealed_anew import seal_anew
from bot.ports import NotOpened
from storage import key_mark, secrets
from tests.fakes.boundaries import Killed
from tests.fakes.house import House

OLD, NEW = KeyVault(b"o" * 32), KeyVault(b"n" * 32)
WORDS = {SecretId(f"secret{number}"): f"word {number}" for number in range(3)}


async def _sealed(house: House) -> Mapping[SecretId, bytes]:
    async with house.step.database.read() as tx:
        return await secrets.every(tx)


def _opened(vault: KeyVault, sealed: Mapping[SecretId, bytes]) -> dict[SecretId, str]:
    found = {}
    for id, raw in sealed.items():
        try:
            found[id] = vault.open(raw, id)
        except NotOpened:
            continue
    return found


def _killed_at(patch: pytest.MonkeyPatch, count: int) -> list[str]:
    """The process ends before the write of that number."""
    passed: list[str] = []

    def killing(write: Callable[..., Awaitable[None]], name: str) -> Callable[..., Awaitable[None]]:
        async def instead(*given: object) -> None:
            passed.append(name)
            if len(passed) == count:
                raise Killed
            await write(*given)

        return instead

    patch.setattr(secrets, "anew", killing(secrets.anew, "anew"))
    patch.setattr(key_mark, "note", killing(key_mark.note, "note"))
    return passed


async def test_a_death_before_each_write_leaves_all_as_they_were(tmp_path: Path) -> None:
    writes = len(WORDS) + 1
    for count in range(1, writes + 1):
        folder = tmp_path / str(count)
        folder.mkdir()
        house = House(folder)
        await house.open()
        house.step.vault = OLD
        await seal_anew(house.step, "old")
        async with house.step.database.write() as tx:
            for id, word in WORDS.items():
                await secrets.add(tx, id, OLD.close(word, id), DialogueId(1), house.clock.now())
        before = await _sealed(house)
        house.step.vault = KeyVault(b"n" * 32, (b"o" * 32,))
        with pytest.MonkeyPatch.context() as patch:
            passed = _killed_at(patch, count)
            with pytest.raises(Killed):
                await seal_anew(house.step, "new")
        assert len(passed) == count
        await house.close()
        await house.open()
        assert await _sealed(house) == before, f"killed before write {count}"

        house.step.vault = KeyVault(b"n" * 32, (b"o" * 32,))
        await seal_anew(house.step, "new")
        after = await _sealed(house)
        assert (_opened(NEW, after), _opened(OLD, after)) == (WORDS, {})
        async with house.step.database.read() as tx:
            mark = await key_mark.read(tx)
        assert mark is not None and mark.key == "new"
        house.clock.forward(3 * 86_400.0)
        await seal_anew(house.step, "new")
        assert await _sealed(house) == after, "once is enough"
        async with house.step.database.read() as tx:
            assert await key_mark.read(tx) == mark, "since when is that of the first start"
        await house.close()
