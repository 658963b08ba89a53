"""`postroom check --connect` names what `run` would meet, by its key, with what to do."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from yarl import URL

from bot.cli.check_connect import check_connections
from bot.config import Finding, Level, load
from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.certificate import Certificate, make_certificate
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.process import LOOPBACK, free_port
from bot.demo.servers.synapse import Synapse
from bot.text.wording import say
from tests.conftest import NewMember
from tests.e2e.house import House, housed

Data = dict[str, Any]
SECONDS = 6.0
"""2 s by the order, on a machine three times slower."""


@pytest.fixture(scope="module")
async def house(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    """A house whose bot has never been started, and is invited to its rooms by an admin."""
    async with housed(synapse, dovecot, start=False) as one:
        yield one


async def findings(house: House, change: Callable[[Data], object] = lambda data: None) -> list[Finding]:
    data = yaml.safe_load(house.config.read_text("utf-8"))
    change(data)
    file = house.config.with_name("checked.yaml")
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(data), "utf-8")
    started = time.monotonic()
    found = await check_connections(load(file))
    assert time.monotonic() - started < SECONDS
    # Each is a sentence in both languages.
    assert all(say(language, one.problem) for one in found for language in ("en", "fr"))
    return list(found)


def wrong(found: list[Finding]) -> dict[str, str]:
    return {one.path: one.problem.key for one in found if one.level is not Level.OK}


async def test_all_is_well_before_the_first_start(house: House) -> None:
    found = await findings(house)
    assert wrong(found) == {}
    assert ("matrix.config_room", "check.room_invited") in [(one.path, one.problem.key) for one in found]
    assert ("http.bind", "check.port_free") in [(one.path, one.problem.key) for one in found]
    assert ("database", "check.database_answers") in [(one.path, one.problem.key) for one in found]


async def test_each_room_that_the_bot_could_not_work_in_is_named_with_who_must_act(
    house: House, new_member: NewMember
) -> None:
    alice, stranger = house.alice, await new_member("stranger")
    bot = house.bot_id
    uninvited = await alice.create_room(name="Nobody asked")
    by_other = await stranger.create_room(name="By another", invite=[bot])

    async def told(room: str) -> str:
        found = await findings(house, lambda data: data["mailboxes"][0].update(room=room))
        (one,) = [one for one in found if one.path == "mailboxes[0].room" and one.level is Level.MISTAKE]
        assert one.problem.key.startswith("check.room_")
        return say("en", one.problem)

    assert "knows no room" in await told("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM")
    said = await told(uninvited)
    assert "not invited" in said and alice.user_id in said
    said = await told(by_other)
    assert stranger.user_id in said and "no admin" in said and alice.user_id in said


async def test_a_public_room_and_one_without_power_are_named_once_the_bot_is_in(house: House, synapse: Synapse) -> None:
    name = house.bot_id.removeprefix("@").partition(":")[0]
    open_ = await house.alice.create_room(name="Open", invite=[house.bot_id])
    rule = house.alice.request
    await rule("PUT", f"/_matrix/client/v3/rooms/{open_}/state/m.room.join_rules/", {"join_rule": "public"})
    password = yaml.safe_load(house.config.read_text("utf-8"))["matrix"]["password"]
    async with MatrixUser.logged_in(synapse.base_url, name, password) as bot:
        await bot.join(open_)
    found = await findings(house, lambda data: data["mailboxes"][0].update(room=open_))
    here = {one.problem.key: one.level for one in found if one.path == "mailboxes[0].room"}
    assert here == {"check.room_public": Level.MISTAKE, "check.room_no_power": Level.WARNING}


async def test_a_folder_that_is_missing_is_named_with_those_that_are_there(house: House) -> None:
    def change(data: Data) -> None:
        data["mailboxes"][0]["imap"].update(folders=["inbox", "Archiv"], junk="Spam")

    found = await findings(house, change)
    assert wrong(found) == {
        "mailboxes[0].imap.folders": "check.no_folder_folders",
        "mailboxes[0].imap.junk": "check.no_folder_junk",
    }
    (said,) = [say("en", one.problem) for one in found if one.path.endswith("imap.folders")]
    assert "“Archiv”" in said and "“INBOX”" in said and "“Sent”" in said


async def test_what_answers_and_is_not_what_was_meant_is_told_with_its_own_cure(
    house: House, synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    def at(url: str, **more: object) -> Callable[[Data], None]:
        return lambda data: data["matrix"].update(homeserver=url, **more)

    async def matrix(url: str, **more: object) -> dict[str, str]:
        return {path: key for path, key in wrong(await findings(house, at(url, **more))).items() if "matrix" in path}

    assert await matrix(synapse.base_url.replace("http:", "https:")) == {"matrix.homeserver": "check.matrix_tls"}
    assert await matrix(f"http://{LOOPBACK}:{free_port()}") == {"matrix.homeserver": "check.matrix_away"}
    assert await matrix(f"{synapse.base_url}/element") == {"matrix.homeserver": "check.matrix_no_api"}

    def tls(data: Data) -> None:
        data["mailboxes"][0]["imap"].update(security="tls")
        data["mailboxes"][0]["smtp"].update(security="tls")

    assert wrong(await findings(house, tls)) == {
        "mailboxes[0].imap.security": "check.mail_tls",
        "mailboxes[0].smtp.security": "check.mail_tls",
    }


async def test_a_homeserver_of_an_own_authority_is_trusted_by_its_file_alone(
    house: House, synapse: Synapse, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path)
    async with _tls_before(synapse.base_url, certificate) as url:
        found = wrong(await findings(house, lambda data: data["matrix"].update(homeserver=url)))
        assert found == {"matrix.ca_file": "check.matrix_certificate"}
        ours = str(certificate.certificate)
        assert wrong(await findings(house, lambda data: data["matrix"].update(homeserver=url, ca_file=ours))) == {}


async def test_a_wrong_password_is_told_also_where_a_session_is_kept(house: House, synapse: Synapse) -> None:
    name = house.bot_id.removeprefix("@").partition(":")[0]
    assert wrong(await findings(house, lambda data: data["matrix"].update(password="wrong"))) == {
        "matrix.password": "check.refused_matrix"
    }
    password = yaml.safe_load(house.config.read_text("utf-8"))["matrix"]["password"]
    folder = house.folder / "kept" / "matrix"
    folder.mkdir(parents=True)
    async with MatrixUser.logged_in(synapse.base_url, name, password) as bot:
        (folder / "session.json").write_text(
            yaml.safe_dump(
                {"user_id": house.bot_id, "device_id": bot.device_id, "access_token": bot.access_token},
                default_flow_style=True,
                default_style='"',
                width=10_000,
            )
        )

        def change(data: Data) -> None:
            data["matrix"].update(password="wrong")
            data.update(data_dir=str(house.folder / "kept"))

        found = await findings(house, change)
        assert wrong(found) == {"matrix.password": "check.refused_later"}
        # The rooms were looked at all the same, by the session that works, and it still does.
        assert any(one.path == "mailboxes[0].room" for one in found)
        assert (await bot.request("GET", "/_matrix/client/v3/account/whoami"))["user_id"] == house.bot_id


async def test_a_token_logs_in_in_place_of_the_password(house: House, synapse: Synapse) -> None:
    name = house.bot_id.removeprefix("@").partition(":")[0]
    password = yaml.safe_load(house.config.read_text("utf-8"))["matrix"]["password"]
    async with MatrixUser.logged_in(synapse.base_url, name, password) as bot:

        def change(data: Data, token: str = bot.access_token) -> None:
            del data["matrix"]["password"]
            data["matrix"]["access_token"] = token

        assert wrong(await findings(house, change)) == {}
        assert (await bot.request("GET", "/_matrix/client/v3/account/whoami"))["user_id"] == house.bot_id
        found = wrong(await findings(house, lambda data: change(data, "syt_of_nobody")))
        assert found == {"matrix.access_token": "check.refused_access_token"}


async def test_a_port_that_is_taken_and_a_database_that_is_away_are_named(house: House) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, LOOPBACK, 0)
    port = taken.sockets[0].getsockname()[1]

    def change(data: Data) -> None:
        data["http"] = {"bind": f"{LOOPBACK}:{port}"}
        data["database"] = f"postgresql://postroom:secret@{LOOPBACK}:{free_port()}/postroom"

    async with taken:
        found = await findings(house, change)
    assert wrong(found) == {"http.bind": "check.port_taken", "database": "check.database_away"}
    assert not any("secret" in say("en", one.problem) for one in found)


@asynccontextmanager
async def _tls_before(url: str, certificate: Certificate) -> AsyncIterator[str]:
    """A TLS port of that certificate before the homeserver."""
    host, port = str(URL(url).host), URL(url).port

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        with contextlib.suppress(OSError):
            await asyncio.gather(copy(reader, back), copy(there, writer))

    server = await asyncio.start_server(serve, LOOPBACK, 0, ssl=certificate.server_context())
    try:
        yield f"https://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
