"""`postroom import-freescout URL`: what a database holds comes in as its dump does, and nothing of it is touched."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    create_engine,
    text,
)
from sqlalchemy.dialects.mysql import LONGTEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeEngine

from bot.adapters.old_database import address_of, copy_out, shown
from bot.cli import freescout_source
from bot.cli.freescout_rows import COLUMNS as READ
from bot.cli.import_freescout import Asked
from bot.config import Config, load
from bot.demo.servers.certificate import make_certificate
from bot.demo.servers.postgres import own_database
from bot.demo.servers.process import ServerMissing
from bot.domain.conversation import Conversation
from storage import canned, exporting, history
from storage.database import Database
from tests.cli.freescout_dump import COLUMNS, CUSTOMER, Team, large
from tests.cli.mariadb import PASSWORD, mariadb
from tests.cli.mysql import log_in_once, mysql
from tests.cli.mysql8 import mysql8
from tests.cli.test_backup import Desk
from tests.cli.test_import_freescout import CONTACT, MARIE, asked, brought, dumped, one_of, team
from tests.config.conftest import KEY
from tests.fakes.migrated import migrated

_numbers = count(1)
_SMALL: Final = {"type", "state", "status", "action_type"}


@pytest.fixture(scope="module")
async def mariadb_url() -> AsyncIterator[str]:
    try:
        async with mariadb() as (url, _):
            yield url
    except ServerMissing as error:
        if os.environ.get("POSTROOM_CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


@pytest.fixture(scope="module")
async def mysql_url() -> AsyncIterator[str]:
    try:
        async with mysql() as (url, certificate):
            await asyncio.to_thread(log_in_once, url, certificate)
            yield url
    except ServerMissing as error:
        pytest.skip(str(error))


@pytest.fixture(params=["mariadb_url", "mysql_url", "postgres_url"])
def server(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(str(request.param)))


@pytest.fixture
async def theirs(server: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The URL of an empty database of theirs; its password stands in `THEIR_PASSWORD`."""
    url = server
    if url.startswith("mysql"):
        monkeypatch.setenv("THEIR_PASSWORD", PASSWORD)
        await _on(url, PASSWORD, _emptied)
        yield url
        return
    async with own_database(server, f"theirs_{os.getpid()}_{next(_numbers)}") as whole:
        address = address_of(whole)
        monkeypatch.setenv("THEIR_PASSWORD", str(address.password))
        yield shown(address)


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Config]:
    """A new house by its name, without a mail."""
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)

    def made(name: str) -> Config:
        folder = tmp_path / name
        folder.mkdir()
        desk = Desk(folder)
        desk.data.mkdir(mode=0o700)
        desk.uses(asyncio.run(migrated(desk.database)))
        return load(desk.config)

    return made


async def _house(house: Callable[[str], Config], name: str) -> Config:
    return await asyncio.to_thread(house, name)


async def _on(url: str, password: str, act: Callable[[Connection], None]) -> None:
    address = address_of(url).set(password=password)
    if address.get_backend_name() == "mysql":
        engine = create_engine(address)
        with engine.begin() as connection:
            act(connection)
        engine.dispose()
        return
    async_engine = create_async_engine(address)
    async with async_engine.begin() as connection:
        await connection.run_sync(act)
    await async_engine.dispose()


async def _on_tls(url: str, certificate: Path, act: Callable[[Connection], None]) -> None:
    trusts = ssl.create_default_context(cafile=str(certificate))
    engine = create_engine(address_of(url).set(password=PASSWORD), connect_args={"ssl": trusts})
    with engine.begin() as connection:
        act(connection)
    engine.dispose()


async def _is_mysql(url: str) -> bool:
    """Not MariaDB, and not PostgreSQL."""
    found: list[str] = []
    await _on(url, os.environ["THEIR_PASSWORD"], lambda one: found.append(str(one.scalar(text("SELECT version()")))))
    return url.startswith("mysql") and "MariaDB" not in found[0]


def _emptied(connection: Connection) -> None:
    there = MetaData()
    there.reflect(connection)
    there.drop_all(connection)


def _type(name: str, *, is_mysql: bool) -> TypeEngine[Any]:
    if name == "embedded":
        return Boolean()
    if name == "created_at":
        return TIMESTAMP() if is_mysql else DateTime()
    if name in _SMALL:
        return SmallInteger()
    if name == "id" or name.endswith("_id"):
        return BigInteger() if name not in ("message_id", "channel_id") else Text()
    return Integer() if name in ("number", "size") else (LONGTEXT() if is_mysql else Text())


def _filled(one: Team) -> Callable[[Connection], None]:
    """Its tables, with the types that FreeScout gives them."""

    def act(connection: Connection) -> None:
        is_mysql = connection.dialect.name == "mysql"
        if is_mysql:
            connection.execute(text("SET time_zone = '+00:00'"))
        for table, columns in COLUMNS.items():
            made = Table(table, MetaData(), *(Column(one, _type(one, is_mysql=is_mysql)) for one in columns.split()))
            made.create(connection)
            rows = [
                {key: _typed(key, value, made) for key, value in row.items() if key in made.c}
                for row in one.rows[table]
            ]
            for row in rows:
                connection.execute(made.insert(), {**dict.fromkeys(made.c.keys()), **row})

    return act


def _typed(key: str, value: object, made: Table) -> object:
    if key == "created_at":
        return datetime.fromisoformat(str(value))
    is_text = isinstance(made.c[key].type, Text | LONGTEXT)
    return str(value) if is_text and value is not None else bool(value) if key == "embedded" else value


async def _outcome(config: Config) -> list[object]:
    """All that an import leaves: conversations, their mails with the digest of their bytes, notes, acts, saved replies."""
    found: list[object] = []
    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        async for page in exporting.pages(tx, CONTACT):
            for whole in page:
                one: Conversation = whole.conversation
                acts = [(act.at, act.action, act.actor, act.detail) for act in await history.of(tx, one.id)]
                notes = [(note.at, note.text) for note in whole.notes]
                mails = [(mail.message_id, mail.raw, mail.direction) for mail in whole.mails]
                people = (one.correspondent, one.assignee, one.followers, one.tags)
                found.append((one.id, one.subject, one.status, one.created_at, people, mails, notes, acts))
        found += [(reply.name, reply.text) for reply in await canned.of(tx, (CONTACT,))]
    await database.close()
    return found


def _report(said: str) -> list[str]:
    lines = said.splitlines()
    return lines[next(at for at, line in enumerate(lines) if line.startswith("Read to its end")) :]


async def test_a_database_comes_in_as_its_dump_does(
    theirs: str, house: Callable[[str], Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = team()
    for number, conversation in enumerate(large(30).rows["conversations"], 1000):
        id = one.conversation(number, f"{conversation['subject']} \U0001f33b", 1, MARIE)
        one.thread(id, CUSTOMER, f"<p>l'\u00e9t\u00e9 \\ 'x' \n {number}</p>", message_id=f"{number}@x.example")
    await _on(theirs, os.environ["THEIR_PASSWORD"], _filled(one))
    kind = "mysql" if theirs.startswith("mysql") else "postgres"
    dumped(tmp_path, one, kind)
    by_dump, by_url = await _house(house, "dump"), await _house(house, "url")
    what = asked(tmp_path)
    assert await brought(by_dump, what) == 1
    first = _report(capsys.readouterr().out)
    live = asked(tmp_path, source=theirs, password="env:THEIR_PASSWORD")
    assert await brought(by_url, live) == 1
    said = capsys.readouterr()
    assert _report(said.out) == first and len(first) > 5
    there = await _outcome(by_url)
    assert there == await _outcome(by_dump) and len(there) > 30
    assert os.environ["THEIR_PASSWORD"] not in said.out + said.err
    assert list((by_url.data_dir / "scratch").glob("import-*")) == []

    assert await brought(by_url, live) == 1
    assert "by an earlier run: 32" in capsys.readouterr().out and await _outcome(by_url) == there


@pytest.mark.parametrize("env", [True, False])
async def test_what_came_by_a_dump_in_its_own_zone_is_known_when_it_is_read_by_url(
    theirs: str, house: Callable[[str], Config], tmp_path: Path, capsys: pytest.CaptureFixture[str], env: bool
) -> None:
    """A dump of phpMyAdmin first, and what came since by URL, which says UTC; also where FreeScout's key is unknown."""
    changes: dict[str, Any] = {} if env else {"env": None}
    one, local = large(5), large(5)
    for rows in local.rows.values():
        for row in rows:
            row["created_at"] = (datetime.fromisoformat(row["created_at"]) + timedelta(hours=5)).isoformat(" ")
    one.conversation(6, "Since then", 1, MARIE)
    one.thread(6, CUSTOMER, "Bonjour", message_id="since@x.example")
    await _on(theirs, os.environ["THEIR_PASSWORD"], _filled(one))
    dumped(tmp_path, local, "mysql" if theirs.startswith("mysql") else "postgres")
    config = await _house(house, "both")
    assert await brought(config, asked(tmp_path, zone="Etc/GMT-5", **changes)) == 0
    before = await _outcome(config)
    capsys.readouterr()
    live = asked(tmp_path, source=theirs, password="env:THEIR_PASSWORD", **changes)
    assert await brought(config, live) == 0
    assert "by an earlier run: 5" in capsys.readouterr().out
    after = await _outcome(config)
    assert len(after) == len(before) + 1 and all(entry in after for entry in before)


async def test_nothing_is_written_there_and_a_value_has_a_bound(theirs: str) -> None:
    one = large(3)
    one.rows["threads"][0]["body"] = "x" * 3000
    await _on(theirs, os.environ["THEIR_PASSWORD"], _filled(one))
    address = address_of(theirs).set(password=os.environ["THEIR_PASSWORD"])
    rows: list[tuple[str, dict[str, str | None]]] = []
    await copy_out(address, READ, lambda table, row: rows.append((table, dict(row))), longest=2000)
    threads = [row for table, row in rows if table == "threads"]
    assert threads[0]["body"] is None and any(one["body"] for one in threads) and threads[0]["type"] == "1"
    assert {name for table, row in rows if table == "users" for name in row} == set(READ["users"])


async def test_what_is_changed_while_it_is_read_is_not_seen(theirs: str) -> None:
    password = os.environ["THEIR_PASSWORD"]
    await _on(theirs, password, _filled(large(40)))
    address = address_of(theirs).set(password=password)
    seen: list[str] = []

    def take(table: str, row: object) -> None:
        if not seen:
            # Another connection, in the middle of the first table.
            def change(connection: Connection) -> None:
                connection.execute(text("DELETE FROM threads"))

            asyncio.run(_on(theirs, password, change))
        seen.append(table)

    def copied() -> None:
        asyncio.run(copy_out(address, READ, _in_thread(take), longest=10_000))

    await asyncio.to_thread(copied)
    assert seen.count("threads") == len(large(40).rows["threads"])


def _in_thread(take: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Within a loop that runs, another one runs in a thread of its own."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1)
    return lambda table, row: pool.submit(take, table, row).result()


async def test_a_database_that_is_away_or_refuses_says_so_without_the_password(
    theirs: str,
    house: Callable[[str], Config],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = await _house(house, "ours")
    dumped(tmp_path, team())
    (tmp_path / "word").write_text("wrong and secret\n")
    nowhere = shown(address_of(theirs).set(port=1))
    # MySQL asks for the password itself, within TLS, before it says that it is wrong.
    refused = "caching_sha2_password" if await _is_mysql(theirs) else "refuses the login"
    for source, password, words in (
        (theirs, f"file:{tmp_path / 'word'}", refused),
        (theirs, "env:THEIR_PASSWORD", "nothing is in"),
        (theirs, "env:NOT_THERE", "NOT_THERE"),
        (nowhere, "env:THEIR_PASSWORD", "cannot be read"),
        (theirs.replace("@", ":secret@", 1), None, "Everybody on this machine"),
        (theirs.replace("://", "x://", 1), None, "no URL of a database"),
        (f"{theirs}?init_command=x", None, "no URL of a database"),
    ):
        assert await brought(config, asked(tmp_path, source=source, password=password)) == 1
        said = capsys.readouterr()
        assert words in said.err and "Traceback" not in said.err, (source, said)
        assert "secret" not in said.err + said.out and os.environ["THEIR_PASSWORD"] not in said.err + said.out


async def test_the_whole_url_may_stand_in_a_variable(
    theirs: str, house: Callable[[str], Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _on(theirs, os.environ["THEIR_PASSWORD"], _filled(large(2)))
    dumped(tmp_path, team())
    whole = address_of(theirs).set(drivername=theirs.partition(":")[0], password=os.environ["THEIR_PASSWORD"])
    monkeypatch.setenv("THEIR_URL", whole.render_as_string(hide_password=False))
    config = await _house(house, "ours")
    assert await brought(config, asked(tmp_path, source="env:THEIR_URL")) == 0
    assert len(await _outcome(config)) == 2


async def test_without_the_driver_of_mysql_it_says_what_to_install(
    house: Callable[[str], Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dumped(tmp_path, team())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(freescout_source, "password_for", lambda *_: "")
    config = await _house(house, "ours")
    assert await brought(config, asked(tmp_path, source="mysql://reader@127.0.0.1/freescout")) == 1
    assert "postroom[mysql]" in capsys.readouterr().err


async def test_mariadb_is_read_by_tls_with_an_authority_of_its_own(
    house: Callable[[str], Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THEIR_PASSWORD", PASSWORD)
    try:
        async with mariadb(speaks_tls=True) as (url, certificate):
            await _on_tls(url, certificate, _filled(team()))
            config = await _house(house, "tls")
            for query, words in (("", "refuses the login"), (f"?ca={stranger(tmp_path)}", "cannot be read")):
                assert await brought(config, from_url(tmp_path, url + query)) == 1
                said = capsys.readouterr()
                assert words in said.err and "Traceback" not in said.err and PASSWORD not in said.err + said.out
            assert await brought(config, from_url(tmp_path, f"{url}?ca={certificate}")) == 1
            assert "1 conversation without a mail" in capsys.readouterr().out
            assert (await one_of(config, 142))[0].subject == "L'adh\u00e9sion"
    except ServerMissing as error:
        if os.environ.get("POSTROOM_CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


async def test_a_first_login_of_mysql_8_takes_tls_and_says_so_without_it(
    house: Callable[[str], Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THEIR_PASSWORD", PASSWORD)
    certificate = make_certificate(tmp_path)
    with mysql8(certificate.server_context()) as server:
        config = await _house(house, "eight")
        url = f"mysql://reader@127.0.0.1:{server.port}/freescout"
        assert await brought(config, from_url(tmp_path, url)) == 1
        said = capsys.readouterr()
        assert "caching_sha2_password" in said.err and "Traceback" not in said.err
        assert server.passwords == [] and PASSWORD.encode() not in b"".join(server.in_clear)

        assert await brought(config, from_url(tmp_path, f"{url}?ca={certificate.certificate}")) == 1
        assert server.passwords == [PASSWORD.encode() + b"\0"]
        said = capsys.readouterr()
        assert "1064" in said.err and PASSWORD not in said.err + said.out


async def test_a_mysql_of_its_makers_is_read_by_a_first_login_over_tls(
    house: Callable[[str], Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THEIR_PASSWORD", PASSWORD)
    try:
        async with mysql() as (url, certificate):
            config = await _house(house, "makers")
            assert await brought(config, from_url(tmp_path, url)) == 1
            assert "caching_sha2_password" in capsys.readouterr().err
            (tmp_path / "word").write_text("wrong\n")
            by_tls = from_url(tmp_path, f"{url}?ca={certificate}")
            assert await brought(config, replace(by_tls, password=f"file:{tmp_path / 'word'}")) == 1
            assert "refuses the login" in capsys.readouterr().err
            assert await brought(config, by_tls) == 1
            assert "nothing is in" in capsys.readouterr().err
            await _on_tls(url, certificate, _filled(team()))
            assert await brought(config, by_tls) == 1
            assert (await one_of(config, 142))[0].subject == "L'adh\u00e9sion"
    except ServerMissing as error:
        pytest.skip(str(error))


def stranger(folder: Path) -> Path:
    """A certificate that signs nobody."""
    (folder / "stranger").mkdir()
    return make_certificate(folder / "stranger").certificate


def from_url(folder: Path, url: str) -> Asked:
    return asked(folder, source=url, password="env:THEIR_PASSWORD")
