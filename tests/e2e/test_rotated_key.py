"""Another `secret_key` for the whole bot: its mailboxes, its device, answers by mail, backups and the erased go on."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.copies import stopped
from tests.e2e.house import House, housed, words
from tests.e2e.letters import id_of, letter, new_id, read
from tests.e2e.test_answer_by_mail import TRUSTING, answer_from_home, registered, ticket_for
from tests.e2e.test_backup import _postroom
from tests.e2e.test_erase import _empty_outbox

ZORA = "zora@example.net"


def _written(house: House, **more: object) -> None:
    settings = yaml.safe_load(house.config.read_text())
    house.config.write_text(yaml.safe_dump(settings | more, allow_unicode=True))


def _device(house: House) -> tuple[str, str]:
    """The id and the key that the last start told."""
    lines = [json.loads(line) for line in house.bot.log.read_text().splitlines() if line.startswith("{")]
    last = [line for line in lines if line["event"] == "matrix_device"][-1]
    return last["device"], last["fingerprint"]


async def _given_a_password(house: House) -> None:
    """By the config room, so that it lies under `secret_key` alone: the file has a wrong one from then on."""
    (desk,) = house.desks
    settings = yaml.safe_load(house.config.read_text())
    await house.alice.say(house.config_room, f"!mailbox password {desk.address}")
    asked, done = words("password.asked"), words("password.done")
    await house.wait(house.config_room, lambda e: asked in e.body, "the question for the password")
    await house.alice.say(house.config_room, settings["mailboxes"][0]["imap"]["password"])
    await house.wait(house.config_room, lambda e: done in e.body, "that the password is in use")
    settings["mailboxes"][0]["imap"]["password"] = "not this one"
    house.config.write_text(yaml.safe_dump(settings, allow_unicode=True))


@pytest.mark.timeout(400)
async def test_the_whole_bot_goes_on_under_another_key(synapse: Synapse, dovecot: Dovecot, tmp_path: Path) -> None:
    async with housed(synapse, dovecot, desks=[TRUSTING], start=False) as house:
        (desk,) = house.desks
        settings = yaml.safe_load(house.config.read_text())
        _written(house, matrix=settings["matrix"] | {"allow_insecure_secrets": True})
        await house.bot.start()
        await house.bot.healthy()
        await _given_a_password(house)
        await registered(house, desk)
        case = await house.case(desk)
        zora = letter(to=desk.address, id=new_id(), subject="Zanzibar", sender=f"Zora <{ZORA}>")
        await house.case(desk, zora)
        ticket = ticket_for(house, case, house.alice.user_id, house.config)
        config, backup, old = str(house.config), str(tmp_path / "backup"), settings["secret_key"]
        await _empty_outbox(house)
        async with stopped(house):
            before = _device(house)
            await _postroom(house, "backup", "-c", config, backup)
            await _postroom(house, "gdpr", "erase", "-c", config, "--yes", ZORA)
            _written(house, secret_key=secrets.token_hex(32), former_secret_keys=[old])

        assert _device(house) == before
        await house.bot.healthy()
        await house.deliver(desk, answer_from_home(case, ticket, "Bonjour Marie, c’est oui."))
        mail = await house.sink.wait_for(lambda one: b"Bonjour Marie" in one.raw, what="the answer by mail")
        assert read(mail.raw)["In-Reply-To"] == f"<{case.message_id}>"
        log = house.bot.log.read_text()
        assert "secrets_sealed_anew" in log and "matrix_keys_encrypted_anew" in log
        current = yaml.safe_load(house.config.read_text())["secret_key"]
        assert old not in log and current not in log

        # Nothing here lies under the old key any more.
        async with stopped(house):
            _written(house, former_secret_keys=[])
        assert _device(house) == before
        await house.bot.healthy()
        await case.more()
        await house.bot.kill()

        # The backup of before, in another folder, with the list of who was erased.
        other = house.folder / "other"
        other.mkdir(mode=0o700)
        kept = Path(settings["data_dir"]) / "erased.json"
        assert ZORA not in kept.read_text()
        (other / "erased.json").write_bytes(kept.read_bytes())
        place = {"data_dir": str(other), "database": f"sqlite:///{other}/postroom.db"}
        _written(house, **place, former_secret_keys=[old])
        await _postroom(house, "restore", "-c", config, backup)
        assert "erased.json" in await _postroom(house, "check", "-c", config, "--connect")
        assert json.loads((other / "erased.json").read_text())["erased"]
        await house.bot.start()
        await house.bot.healthy()
        again = await house.case(desk, letter(to=desk.address, id=new_id(), subject="After the restore"))
        await again.state(await again.reply("It goes on."), "sent")
        raw = letter(to=desk.address, id=new_id(), sender=f"Zora <{ZORA}>", answers=id_of(zora))
        anew = await house.case(desk, raw)
        assert anew.thread not in (case.thread, again.thread), "the conversation of the erased is not back"


@pytest.mark.timeout(300)
async def test_killed_again_and_again_in_its_first_start_with_another_key_it_goes_on(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, start=False, is_program=True) as house:
        (desk,) = house.desks
        settings = yaml.safe_load(house.config.read_text())
        _written(house, matrix=settings["matrix"] | {"allow_insecure_secrets": True})
        await house.bot.start()
        await house.bot.healthy()
        await _given_a_password(house)
        await house.case(desk)
        before, keys = _device(house), [settings["secret_key"]]
        await house.bot.kill()
        for tenths in range(4, 30, 3):
            # Each death under yet another key, so that whatever a start left half would be found by the next.
            keys.insert(0, secrets.token_hex(32))
            _written(house, secret_key=keys[0], former_secret_keys=keys[1:])
            await house.bot.start()
            await house.bot.kill_after(tenths / 10)
        async with stopped(house):
            pass
        assert _device(house) == before
        async with stopped(house):
            _written(house, former_secret_keys=[])
        assert _device(house) == before
        case = await house.case(desk)
        await case.state(await case.reply("It goes on."), "sent")
        assert "identity_sealed" not in house.bot.log.read_text()
        assert not [key for key in keys if key in house.bot.log.read_text()]
