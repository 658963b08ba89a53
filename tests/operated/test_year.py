"""The operator's year (docs/operating.md): each chapter is something that happens to who runs Postroom for long.

`make year` plays it, in some five minutes; `make test` does not. After each chapter every mail is looked for by its id: none is lost, doubled, sent again, or shown to another team.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import mailbox
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import PASSWORD
from bot.demo.servers.postgres import Postgres
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, Case, Desk, House, housed, until
from tests.e2e.letters import id_of, read
from tests.fakes.mounts import mounted_where_allowed
from tests.operated.host import Host, Settings, installed
from tests.operated.ledger import WAIT, Ledger
from tests.storage.stored import databases


@dataclass(slots=True)
class Year:
    """The machine, its servers, and what was worked on."""

    host: Host
    house: House
    postgres: Postgres
    ledger: Ledger
    stack: AsyncExitStack
    cases: dict[str, Case] = field(default_factory=dict)
    """One of each desk that goes on through the year, by address."""

    @property
    def open_desks(self) -> tuple[Desk, ...]:
        """Those whose mailbox is still served."""
        return tuple(desk for desk in self.house.desks if desk.address in self.cases)

    async def works(self) -> None:
        """Mail comes in and answers go out, in each mailbox: of the old conversation and of a new one."""
        for desk in self.open_desks:
            old = self.cases[desk.address]
            id = await self.ledger.comes(desk, answers=old.message_id, sender=self.writer(old))
            event = await self.house.mail_event(desk, id, timeout=WAIT)
            assert event.conversation == old.number
            await self.ledger.answered(await self.ledger.case(desk))
            await self.ledger.answered(old)

    def writer(self, case: Case) -> str:
        return f"{self.ledger.arrived[case.message_id][1]}@correspondents.example"

    async def starts(self) -> None:
        await self.house.bot.start()
        await self.house.bot.healthy()


async def everyday(year: Year) -> None:
    """Two mailboxes of two teams; what was in them before comes as well."""
    before = [await year.ledger.comes(desk) for desk in year.house.desks]
    await year.host.postroom("check", "--connect")
    await year.starts()
    for desk, id in zip(year.house.desks, before, strict=True):
        await year.house.mail_event(desk, id, timeout=WAIT)
        year.cases[desk.address] = await year.ledger.case(desk)
    await year.works()


async def servers_go_away(year: Year) -> None:
    """Each of the servers is away for some seconds, while people work."""
    house, ledger = year.house, year.ledger
    case = year.cases[house.desks[0].address]
    assert isinstance(house.imap, Dovecot)
    await house.imap.kill()
    answer = await ledger.asked(case)
    await case.state(answer, "sent", timeout=WAIT)
    await house.imap.start()
    await ledger.comes(house.desks[0])

    await house.sink.stop()
    waits = await ledger.asked(case)
    await ledger.comes(house.desks[1])
    await ledger.all_shown()
    await house.sink.start()
    await case.state(waits, "sent", timeout=WAIT)

    await house.synapse.stop()
    for desk in house.desks:
        await ledger.comes(desk)
    await house.synapse.start()
    await ledger.all_shown()
    await year.works()


async def the_certificate_is_renewed(year: Year) -> None:
    """The mail server has another certificate, in the file that `ca_file` names; nobody touches the bot."""
    assert isinstance(year.house.imap, Dovecot)
    await year.house.imap.renew_certificate()
    await year.works()


async def the_disk_fills(year: Year) -> None:
    """Where the data lies nothing can be written any more, until somebody makes room."""
    house, ledger = year.house, year.ledger
    disk = Path(year.host.settings()["data_dir"]).parent
    if not disk.is_mount():
        print("no file system can be mounted here: the disk is not filled")
        return
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    try:
        for desk in house.desks:
            for _ in range(3):
                await ledger.comes(desk)
        answer = await ledger.asked(year.cases[house.desks[0].address])

        async def known() -> bool:
            status, said = await house.bot.health()
            return status == 503 and ("ENOSPC" in said or "storage" in said)

        await until(known, "health that names the disk", timeout=90)
    finally:
        filling.unlink()
    await ledger.all_shown()
    await year.cases[house.desks[0].address].state(answer, "sent", timeout=WAIT)
    await year.works()


async def older_databases(year: Year) -> None:
    """What each earlier version left is brought up to date by the installed program, and is whole."""
    config = year.host.config
    copy = config.with_name("older.yaml")
    for version in databases.VERSIONS:
        path = config.with_name(f"older-{version}.db")
        databases.restore(version, path)
        copy.touch(mode=0o600)
        copy.write_text(config.read_text("utf-8"), "utf-8")
        older = Host(year.host.program, copy)
        older.edit(lambda settings, path=path: settings.update(database=f"sqlite:///{path}"))  # type: ignore[misc]
        print(await older.postroom("migrate"))
        path.unlink()


async def backup_kill_restore_elsewhere(year: Year) -> None:
    """A backup beside the work, more work, the machine is lost, and another one takes over."""
    house, ledger, host = year.house, year.ledger, year.host
    backup = str(house.folder / "backup")
    waits = await ledger.asked(year.cases[house.desks[1].address])
    await asyncio.gather(host.postroom("backup", backup), ledger.comes(house.desks[0]), ledger.comes(house.desks[1]))
    await year.cases[house.desks[1].address].state(waits, "sent", timeout=WAIT)
    await year.works()
    await host.postroom("backup", backup)
    after = await ledger.case(house.desks[0])
    await ledger.answered(after)
    await house.bot.kill()
    await ledger.comes(house.desks[1])

    other = house.folder / "elsewhere"
    other.mkdir(mode=0o700)
    host.edit(lambda settings: settings.update(data_dir=str(other / "data"), database=f"sqlite:///{other}/postroom.db"))
    (other / "data").mkdir(mode=0o700)
    await host.postroom("restore", backup)
    await host.postroom("check", "--connect")
    await year.starts()
    await ledger.all_shown()
    await ledger.answered(after)
    await year.works()


async def to_postgresql(year: Year) -> None:
    """SQLite becomes PostgreSQL, whose server is away for a while, too."""
    house, host = year.house, year.host
    await house.bot.stop()
    target = year.postgres.url
    said = await host.postroom("move-database", target)
    print(said)
    host.edit(lambda settings: settings.update(database=target))
    await year.starts()
    await year.works()
    await year.postgres.stop()
    for desk in year.open_desks:
        await year.ledger.comes(desk)
    await year.postgres.start()
    await year.ledger.all_shown()
    await year.works()


async def an_archive_is_brought_in(year: Year) -> None:
    """What the team had elsewhere comes in beside the work, twice, and wakes by an answer."""
    house, ledger = year.house, year.ledger
    desk = house.desks[0]
    there = len(house.posted(desk.room, "conversation"))
    old = [ledger.older(desk) for _ in range(5)]
    archive = house.folder / "old.mbox"
    archive.write_bytes(
        b"".join(b"From x Tue Mar  5 10:00:00 2024\n" + one.replace(b"\r\n", b"\n") + b"\n" for one in old)
    )
    for _ in range(2):
        await year.host.postroom("import", desk.address, str(archive))
    await year.works()
    assert len(house.posted(desk.room, "conversation")) == there + 1
    answer = await ledger.comes(desk, answers=id_of(old[0]), sender=read(old[0])["From"].addresses[0].addr_spec)
    await house.mail_event(desk, answer, timeout=WAIT)
    assert len(house.posted(desk.room, "conversation")) == there + 2


async def another_room(year: Year) -> None:
    """A mailbox gets another room; its conversations go along."""
    house, host = year.house, year.host
    desk = house.desks[0]
    room = await house.alice.create_room(
        name="New", invite=[house.bot_id, house.bob.user_id], powers={house.bot_id: 50}
    )
    await house.bob.join(room)

    def changed(settings: Settings) -> None:
        settings["mailboxes"][0]["room"] = room

    host.edit(changed)
    await house.bot.stop()
    moved = year.ledger.moves(desk, room)
    await year.starts()
    old = year.cases[desk.address]
    card = await house.wait(
        room,
        lambda e: e.kind == "conversation" and e.conversation == old.number,
        "the card in the new room",
        timeout=WAIT,
    )
    year.cases[desk.address] = Case(house, moved, card.event_id, old.mail, old.message_id)
    await year.works()


async def another_address(year: Year) -> None:
    """A mailbox gets another address at its provider; who writes to either is in the same conversation."""
    house, host, ledger = year.house, year.host, year.ledger
    desk = house.desks[0]
    old, address = year.cases[desk.address], f"hello-{desk.address}"

    def changed(settings: Settings) -> None:
        one = settings["mailboxes"][0]
        one |= {"address": address, "former_addresses": [desk.address]}
        one["imap"] |= {"user": address}

    host.edit(changed)
    await house.bot.stop()
    assert isinstance(house.imap, Dovecot)
    house.imap.add_account(address)
    new = ledger.readdresses(desk, address)
    year.cases[address] = Case(house, new, old.thread, old.mail, old.message_id)
    del year.cases[desk.address]
    await year.starts()
    await year.works()
    # The provider passes on what is still written to the address of before.
    raw = ledger.mail(new, answers=old.message_id, at=desk.address, sender=year.writer(old))
    await house.imap.deliver(address, raw)
    shown = await house.mail_event(new, id_of(raw), timeout=WAIT)
    assert shown.thread == old.thread


async def exported_and_erased(year: Year) -> None:
    """A mailbox is exported whole; somebody asks to be erased."""
    house, host, ledger = year.house, year.host, year.ledger
    desk = house.desks[0]
    person = await ledger.case(desk)
    await ledger.answered(person)
    await host.postroom("export", desk.address, str(house.folder / "export"))
    (mbox,) = (house.folder / "export").rglob("*.mbox")
    with contextlib.closing(mailbox.mbox(mbox, create=False)) as exported:
        ids = {str(one["Message-ID"]).strip("<> ") for one in exported}
    assert {id for id, (owner, _) in ledger.arrived.items() if ledger.address_of(owner) == desk.address} <= ids
    assert not {id for id, (owner, _) in ledger.arrived.items() if ledger.address_of(owner) != desk.address} & ids

    await house.bot.stop()
    word = ledger.arrived[person.message_id][1]
    await host.postroom("gdpr", "erase", year.writer(person))
    print(await host.postroom("gdpr", "erase", "--yes", year.writer(person)))
    await year.starts()
    await year.works()

    async def gone() -> bool:
        return not any(word in json.dumps(e.content) for e in await house.alice.messages(desk.room, limit=1000))

    await until(gone, "the room without a word of the erased person", timeout=WAIT)


async def a_mailbox_is_taken_out(year: Year) -> None:
    """The second team goes; the first one is served on, and its mails wait on the server for nobody."""
    house, host = year.house, year.host
    desk = house.desks[1]
    case = year.cases.pop(desk.address)

    def without(settings: Settings) -> None:
        settings["mailboxes"] = [one for one in settings["mailboxes"] if one["address"] != desk.address]

    host.edit(without)
    await house.bot.stop()
    await year.starts()
    asked = await case.say("!reply This never leaves.")
    said = await case.answer(asked, timeout=WAIT)
    print(said.body)
    await year.works()


async def another_homeserver(year: Year) -> None:
    """The team moves to another homeserver: new accounts, new rooms, the same conversations."""
    house, host, ledger = year.house, year.host, year.ledger
    desk = house.desks[0]
    await house.bot.stop()
    (house.folder / "synapse2").mkdir()
    synapse = await year.stack.enter_async_context(Synapse.started(house.folder / "synapse2"))
    for name in ("alice", "postroom"):
        await synapse.register(name, TEAM_PASSWORD)
    alice = await year.stack.enter_async_context(MatrixUser.logged_in(synapse.base_url, "alice", TEAM_PASSWORD))
    bot_id = synapse.user_id("postroom")
    config_room = await alice.create_room(name="Postroom", invite=[bot_id], powers={bot_id: 50})
    room = await alice.create_room(name="Desk", invite=[bot_id], powers={bot_id: 50})

    def over_there(settings: Settings) -> None:
        settings["matrix"] |= {"homeserver": synapse.base_url, "user_id": bot_id, "config_room": config_room}
        settings["admins"] = [alice.user_id]
        settings["mailboxes"][0]["room"] = room

    host.edit(over_there)
    shutil.move(Path(host.settings()["data_dir"]) / "matrix", house.folder / "matrix-of-before")
    old = year.cases[desk.address]
    moved = ledger.moves(desk, room)
    house.synapse, house.alice, house.bot_id, house.config_room = synapse, alice, bot_id, config_room
    await year.starts()
    card = await house.wait(
        room, lambda e: e.kind == "conversation" and e.conversation == old.number, "the card over there", timeout=WAIT
    )
    year.cases[desk.address] = Case(house, moved, card.event_id, old.mail, old.message_id)
    # The answers over there were of other accounts, and nobody can have read them here.
    asked = await ledger.asked(year.cases[desk.address])
    question = await year.cases[desk.address].answer(asked)
    await year.cases[desk.address].react("✅", to=question.event_id)
    await year.cases[desk.address].state(asked, "sent", timeout=WAIT)
    await year.works()
    # Of what was meant for the rooms of before, nothing waits for ever.
    assert "Nothing waits" in await host.postroom("outbox")


CHAPTERS: tuple[Callable[[Year], Awaitable[None]], ...] = (
    everyday,
    servers_go_away,
    the_certificate_is_renewed,
    the_disk_fills,
    older_databases,
    backup_kill_restore_elsewhere,
    to_postgresql,
    an_archive_is_brought_in,
    another_room,
    another_address,
    exported_and_erased,
    a_mailbox_is_taken_out,
    another_homeserver,
)


@asynccontextmanager
async def _begun(tmp_path: Path, disk: Path) -> AsyncIterator[Year]:
    async with AsyncExitStack() as stack:
        (tmp_path / "synapse").mkdir()
        synapse = await stack.enter_async_context(Synapse.started(tmp_path / "synapse"))
        dovecot = await stack.enter_async_context(Dovecot.started())
        postgres = await stack.enter_async_context(Postgres.started())
        program = await installed(tmp_path / "installed")
        house = await stack.enter_async_context(housed(synapse, dovecot, desks=[{}, {}], start=False))
        house.bot.program = (str(program),)
        host = Host(program, house.config)

        def with_tls(settings: Settings) -> None:
            settings |= {"database": f"sqlite:///{disk}/postroom.db", "data_dir": str(disk / "data")}
            for one in settings["mailboxes"]:
                one["imap"] |= {
                    "host": "localhost", "port": dovecot.tls_port, "security": "tls",
                    "ca_file": str(dovecot.certificate.certificate), "password": PASSWORD,
                }  # fmt: skip

        host.edit(with_tls)
        yield Year(host, house, postgres, Ledger(house), stack)


@pytest.mark.year
@pytest.mark.timeout(1800)
async def test_a_year_loses_doubles_resends_and_leaks_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted_where_allowed(disk, "size=48m") as refused:
        if refused:
            print(f"the disk is not filled: {refused}")
        await _play(tmp_path, disk)


async def _play(tmp_path: Path, disk: Path) -> None:
    async with _begun(tmp_path, disk) as year:
        for chapter in CHAPTERS:
            started = time.monotonic()
            print(f"== {chapter.__name__}: {chapter.__doc__}")
            await chapter(year)
            faults = sorted(set(year.ledger.faults()))
            assert faults == []
            print(
                f"   {time.monotonic() - started:.0f} s, {len(year.ledger.arrived)} mails, {len(year.ledger.written)} answers"
            )
