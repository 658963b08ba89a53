"""The bot's own identity before servers that ask more, refuse, or know nothing of it; and the recovery key."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.matrix import IdentityProblem, KeysSealed, MatrixAccount, MatrixChat
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.crypto.recovery_key import NotARecoveryKey, RecoveryKey
from tests.fakes.memory import FakeMemory


class Server:
    """Keeps what is uploaded; `signing` answers the upload of the identity."""

    def __init__(self) -> None:
        self.url = ""
        self.uploads: list[Any] = []
        self.asks_password = False
        self.refuses = False
        self.others: dict[str, Any] = {}
        """What /keys/query says once the password was asked for."""

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        if request.path.endswith("/login"):
            return web.json_response({"user_id": "@bot:hs", "device_id": "DEVICE", "access_token": "token"})
        if request.path.endswith("/keys/upload"):
            return web.json_response({"one_time_key_counts": {"signed_curve25519": 50}})
        if request.path.endswith("/device_signing/upload"):
            self.uploads.append(body)
            if self.refuses:
                return web.json_response({"errcode": "M_UNRECOGNIZED"}, status=404)
            if self.asks_password and "auth" not in body:
                flows = [{"stages": ["m.login.password"]}]
                return web.json_response({"flows": flows, "session": "s1", "params": {}}, status=401)
        if request.path.endswith("/keys/query") and self.uploads:
            return web.json_response(self.others)
        if "account_data" in request.path and request.method == "GET":
            return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
        return web.json_response({})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    runner = web.ServerRunner(web.Server(server))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


async def connect(server: Server, folder: Path) -> IdentityProblem | None:
    account = MatrixAccount(server.url, "@bot:hs", "secret", "Postroom", folder / "store", "pickle")
    chat = await MatrixChat.connect(account, FakeMemory())
    try:
        return chat.identity_problem
    finally:
        await chat.close()


async def test_the_password_is_given_where_the_server_asks_for_it(server: Server, tmp_path: Path) -> None:
    server.asks_password = True
    assert await connect(server, tmp_path) is None
    first, second = server.uploads
    assert "auth" not in first
    assert second["auth"]["session"] == "s1" and second["auth"]["password"] == "secret"
    assert {key: second[key] for key in first} == first


async def test_an_identity_that_another_process_made_meanwhile_is_not_replaced_with_the_password(
    server: Server, tmp_path: Path
) -> None:
    public = signatures.public_key(bytes(32))
    master = {"user_id": "@bot:hs", "usage": ["master"], "keys": {f"ed25519:{public}": public}}
    server.asks_password = True
    server.others = {"master_keys": {"@bot:hs": master}}
    assert await connect(server, tmp_path) is IdentityProblem.FOREIGN
    (only,) = server.uploads
    assert "auth" not in only


async def test_a_server_that_knows_no_identities_is_told_and_the_bot_starts(server: Server, tmp_path: Path) -> None:
    server.refuses = True
    assert await connect(server, tmp_path) is IdentityProblem.REFUSED


async def test_the_identity_is_written_down_before_it_is_uploaded_and_is_the_same_ever_after(
    server: Server, tmp_path: Path
) -> None:
    server.refuses = True
    await connect(server, tmp_path)
    server.refuses = False
    await connect(server, tmp_path)
    first, second = server.uploads
    assert first == second


async def test_what_is_uploaded_is_signed_as_it_must_be(server: Server, tmp_path: Path) -> None:
    await connect(server, tmp_path)
    (upload,) = server.uploads
    (master,) = upload["master_key"]["keys"].values()
    for usage in ("self_signing", "user_signing"):
        key = upload[f"{usage}_key"]
        assert key["usage"] == [usage]
        assert signatures.is_signed(key, user="@bot:hs", key_id=f"ed25519:{master}", public_key=master)
        assert not signatures.is_signed(
            {**key, "usage": []}, user="@bot:hs", key_id=f"ed25519:{master}", public_key=master
        )


async def test_a_folder_of_another_secret_is_told_and_left_as_it_is(server: Server, tmp_path: Path) -> None:
    await connect(server, tmp_path)
    account = MatrixAccount(server.url, "@bot:hs", "secret", "Postroom", tmp_path / "store", "another")
    with pytest.raises(KeysSealed):
        await MatrixChat.connect(account, FakeMemory())
    assert await connect(server, tmp_path) is None


@given(st.binary(min_size=32, max_size=32))
def test_a_recovery_key_that_was_written_down_is_read_again(raw: bytes) -> None:
    written = RecoveryKey(raw).written()
    assert RecoveryKey.read(f" {written.replace(' ', '')}\n").raw == raw
    assert RecoveryKey.read(written).raw == raw


def test_a_recovery_key_has_the_form_of_the_specification() -> None:
    """Computed by hand from the specification: 8B 01, the key, the parity, in base58, in groups of four."""
    assert RecoveryKey(bytes(32)).written().startswith("Es")
    assert all(len(group) <= 4 for group in RecoveryKey(bytes(range(32))).written().split(" "))


@given(st.text(max_size=80))
def test_anything_else_is_no_recovery_key(written: str) -> None:
    with pytest.raises(NotARecoveryKey):
        RecoveryKey.read(written)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_a_secret_comes_out_as_it_went_in_and_no_other_key_opens_it(plain: bytes, name: str) -> None:
    key, other = RecoveryKey(bytes(range(32))), RecoveryKey(bytes(32))
    sealed = key.encrypt(name, plain)
    assert key.decrypt(name, sealed) == plain
    for wrong_key, wrong_name in ((other, name), (key, name + "x")):
        with pytest.raises(NotARecoveryKey):
            wrong_key.decrypt(wrong_name, sealed)
    assert key.opens(key.description("x")) and not other.opens(key.description("x"))
