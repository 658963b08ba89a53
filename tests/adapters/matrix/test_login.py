"""A login by an application service: its token is that of the login alone."""

from pathlib import Path
from typing import cast

import pytest

from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.requests import Answer, Homeserver
from bot.adapters.matrix.session import log_in
from bot.ports import Unavailable


class Away:
    """A homeserver that answers a login with 503, and notes with which token it was asked."""

    def __init__(self) -> None:
        self.access_token, self.asked = "dead", list[tuple[str, str]]()

    async def call(self, method: str, path: str, body: object = None, **more: object) -> Answer:
        self.asked.append((path.rpartition("/")[2], self.access_token))
        return Answer(503, {}) if path.endswith("login") else Answer(200, {})


@pytest.mark.parametrize("device", [None, "DEVICE"])
async def test_one_that_fails_leaves_the_connection_as_it_was(tmp_path: Path, device: str | None) -> None:
    homeserver = Away()
    account = MatrixAccount("http://hs", "@bot:hs", "", "Postroom", tmp_path, "pickle", as_token="of the service")
    with pytest.raises(Unavailable):
        await log_in(account, cast(Homeserver, homeserver), device_id=device)
    assert homeserver.access_token == "dead"
    assert {token for _, token in homeserver.asked} == {"of the service"}
