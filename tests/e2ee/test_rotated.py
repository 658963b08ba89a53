"""Another `secret_key`: the bot stays the device that it is, and nothing that it has lies under the old key any more."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from bot.adapters.matrix import MatrixAccount, kept_recovery_key
from bot.adapters.matrix.crypto import rekeying
from bot.adapters.matrix.crypto.cross_signing import OwnIdentity
from bot.adapters.matrix.crypto.machine import KeysSealed
from bot.adapters.matrix.crypto.sealed import WrongKey
from bot.domain.inputs.said import TeamMessage
from tests.adapters.matrix.conftest import Bot
from tests.e2ee.conftest import NewElement, enter
from tests.e2ee.test_conversation import send
from tests.e2ee.test_trust import localpart, reconnect


def rotated(account: MatrixAccount, key: str = "the key of today") -> MatrixAccount:
    """The configuration after the old key went below `former_secret_keys`."""
    return dataclasses.replace(
        account, pickle_key=key, former_pickle_keys=(account.pickle_key, *account.former_pickle_keys)
    )


def alone(account: MatrixAccount) -> MatrixAccount:
    """The configuration after the old keys were taken out."""
    return dataclasses.replace(account, former_pickle_keys=())


async def test_with_another_key_it_is_the_same_device_and_reads_what_was_said_to_it(
    bot: Bot, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("see", room=room, event=await send(bot, room, "before", "t1"))
    await alice.do("say", room=room, text="first")
    assert (await bot.until(TeamMessage)).body == "first"
    old, device, fingerprint, written = bot.account, bot.chat.device_id, bot.chat.fingerprint, bot.chat.recovery_key
    await bot.close()
    # By the room key that the bot has under its old key alone.
    await alice.do("say", room=room, text="meanwhile")
    bot.account = rotated(old)
    await bot.connect()
    assert (bot.chat.device_id, bot.chat.fingerprint, bot.chat.identity_problem) == (device, fingerprint, None)
    assert (await bot.until(TeamMessage)).body == "meanwhile"
    seen = await alice.do("see", room=room, shield="NONE", event=await send(bot, room, "after", "t2"))
    assert seen["body"] == "after"
    assert await bot.chat.find(room, None, "t1", "m.room.message"), "what stands beside its events is still read"

    await reconnect(bot, alone(bot.account))
    assert (bot.chat.device_id, bot.chat.identity_problem) == (device, None)
    await alice.do("say", room=room, text="last")
    found = await bot.until(TeamMessage)
    assert (found.body, found.session_trust) == ("last", "")
    assert bot.chat.recovery_key not in ("", written)
    with pytest.raises(WrongKey):
        kept_recovery_key(old)
    await bot.close()
    bot.account = old
    with pytest.raises(KeysSealed):
        await bot.connect()


async def test_element_opens_the_storage_with_the_new_recovery_key_and_not_with_the_old_one(
    bot: Bot, new_element: NewElement
) -> None:
    written = bot.chat.recovery_key
    await reconnect(bot, rotated(bot.account))
    assert bot.chat.recovery_key != written
    person = await new_element("bot", user=localpart(bot.user_id), cross_signing=False)
    opened = await person.do("useRecovery", key=bot.chat.recovery_key)
    assert opened == {"masterKey": True, "selfSigningKey": True, "userSigningKey": True}


async def test_a_folder_that_is_lost_at_the_same_time_is_recovered_by_the_former_key(bot: Bot) -> None:
    await bot.close()
    shutil.rmtree(bot.account.store_dir)
    bot.account = rotated(bot.account)
    await bot.connect()
    assert bot.chat.identity_problem is None
    await bot.close()
    shutil.rmtree(bot.account.store_dir)
    bot.account = alone(bot.account)
    await bot.connect()
    assert bot.chat.identity_problem is None, "the storage is under the key of today since then"


async def test_a_recovery_key_that_a_person_gave_stays(bot: Bot) -> None:
    given = bot.chat.recovery_key
    await bot.close()
    shutil.rmtree(bot.account.store_dir)
    bot.account = dataclasses.replace(bot.account, recovery_key=given, pickle_key="second")
    await bot.connect()
    await reconnect(bot, rotated(bot.account, "third"))
    assert (bot.chat.recovery_key, bot.chat.identity_problem) == (given, None)


class Killed(BaseException):
    """As a process ends."""


def _before_the_identity(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rekeying, "write_sealed", _killed)


def _before_the_store(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rekeying, "_store", _killed)


def _within_the_store(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rekeying, "_PICKLES", (*rekeying._PICKLES[:1], ("SELECT 1, 2", "", _killed)))


def _before_the_storage(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OwnIdentity, "_set_up", _killed)


def _behind_the_storage(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OwnIdentity, "_keep", _killed)


def _killed(*_: object) -> None:
    raise Killed


@pytest.mark.parametrize(
    "kill", [_before_the_identity, _before_the_store, _within_the_store, _before_the_storage, _behind_the_storage]
)
async def test_killed_at_any_step_it_goes_on_at_the_next_start(
    bot: Bot, kill: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    device, written = bot.chat.device_id, bot.chat.recovery_key
    await bot.close()
    bot.account = rotated(bot.account)
    with monkeypatch.context() as patch:
        assert callable(kill)
        kill(patch)
        with pytest.raises(Killed):
            await bot.connect()
    await bot.connect()
    assert (bot.chat.device_id, bot.chat.identity_problem) == (device, None)
    await reconnect(bot, alone(bot.account))
    assert (bot.chat.device_id, bot.chat.identity_problem) == (device, None)
    assert bot.chat.recovery_key not in ("", written)
