"""The bot as an application service of its homeserver: no password, and none of the limits of an account."""

import json
import stat
import time
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.adapters.matrix import MatrixAccount, MatrixChat
from bot.adapters.matrix.check import looking
from bot.cli.main import cli
from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.synapse import Synapse
from bot.domain.ids import RoomId
from bot.domain.outcomes import Accepted, Posted
from bot.ports import CredentialsRefused
from tests.fakes.memory import FakeMemory

BOT = "@postroom:localhost"
EVENTS = 25
"""The limit of an account lets ten through at once, then one in five seconds."""


def test_the_file_is_written_for_its_owner_alone_and_over_nothing(tmp_path: Path) -> None:
    file = tmp_path / "registration.yaml"
    done = CliRunner().invoke(cli, ["registration", "--user", BOT, str(file)], env={"LC_ALL": "C"})
    assert done.exit_code == 0 and "app_service_config_files" in done.output
    written = yaml.safe_load(file.read_text())
    token = (tmp_path / "as.token").read_text().strip()
    assert (written["as_token"], written["sender_localpart"], written["rate_limited"]) == (token, "postroom", False)
    assert written["url"] is None and len(token) == 64 and written["hs_token"] != token
    assert token not in done.output and f"as_token: {{file: {tmp_path / 'as.token'}}}" in done.output
    assert {stat.S_IMODE(one.stat().st_mode) for one in (file, tmp_path / "as.token")} == {0o600}
    again = CliRunner().invoke(cli, ["registration", "--user", BOT, str(file)], env={"LC_ALL": "fr"})
    assert again.exit_code == 1 and "existe déjà" in again.output
    assert yaml.safe_load(file.read_text()) == written
    assert CliRunner().invoke(cli, ["registration", "--user", "postroom", str(file)]).exit_code == 2


async def test_the_bot_logs_in_without_a_password_sends_without_limits_and_has_keys(tmp_path: Path) -> None:
    file = tmp_path / "registration.yaml"
    made = CliRunner().invoke(cli, ["registration", "--user", BOT, str(file)])
    assert made.exit_code == 0
    token = (tmp_path / "as.token").read_text().strip()
    async with Synapse.started(tmp_path / "synapse", limits="default", storage="memory", registration=file) as synapse:
        account = MatrixAccount(synapse.base_url, BOT, "", "Postroom", tmp_path / "store", "pickle", as_token=token)
        chat = await MatrixChat.connect(account, FakeMemory())
        try:
            await synapse.register("alice", "secret")
            async with MatrixUser.logged_in(synapse.base_url, "alice", "secret") as alice:
                room = RoomId(await alice.create_room(name="Desk", invite=[BOT]))
                assert isinstance(await chat.join(room), Accepted)
                started = time.monotonic()
                for number in range(EVENTS):
                    content = json.dumps({"msgtype": "m.text", "body": f"word {number}"})
                    sent = await chat.send(room, "m.room.message", content, f"t{number}")
                    assert isinstance(sent, Posted), sent
                assert time.monotonic() - started < EVENTS
                # The device is one like any other: encrypted rooms work as with a password.
                found = await alice.request("POST", "/_matrix/client/v3/keys/query", {"device_keys": {BOT: []}})
                keys = found["device_keys"][BOT][chat.device_id]
                assert keys["keys"][f"ed25519:{chat.device_id}"] == chat.fingerprint
                assert chat.identity_problem is None and BOT in found["master_keys"]
        finally:
            await chat.close()
        device = chat.device_id
        again = await MatrixChat.connect(account, FakeMemory())
        await again.close()
        assert again.device_id == device
        async with looking(account) as look:
            assert not look.is_login_refused
        wrong = MatrixAccount(synapse.base_url, BOT, "", "Postroom", tmp_path / "other", "pickle", as_token="x" * 64)
        with pytest.raises(CredentialsRefused):
            await MatrixChat.connect(wrong, FakeMemory())
