"""`postroom export` and `postroom gdpr export`: whole, resumable, and read with the standard library."""

from __future__ import annotations

import asyncio
import json
import mailbox
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli.export import export, export_person
from bot.cli.export_folder import ExportFolder
from bot.config import Config, load
from bot.domain.conversation import Direction, EventKind, HistoryEntry, KnownEvent, MailRecord
from bot.domain.ids import BlobId, EventId, MailboxId
from bot.domain.mail import Address, Attachment
from bot.domain.persons import PersonNote, PersonsAddress
from storage import conversations, events, exporting, history, mails, person_notes, persons, search
from storage.blobs import Blobs
from storage.database import Database
from tests.cli.test_backup import Desk
from tests.config.conftest import KEY
from tests.fakes.migrated import migrated
from tests.storage.made import ALICE, NOW, ROOM, conversation, later, mail

CONTACT = MailboxId("contact@monasso.org")
MARIE, PAUL = Address("Marie", "marie@example.net"), Address("Paul", "paul@example.net")
ODD = "../../etc/passwd"


class House:
    """A bot's folder and database, and where the exports go."""

    def __init__(self, config: Config, folder: Path) -> None:
        self.config, self.out = config, folder / "out"
        self.blobs = Blobs(config.data_dir / "blobs")
        self.rows = 0

    async def has(self, number: int, *records: MailRecord, of: Address = MARIE, notes: str = "") -> None:
        database = await Database.open(self.config.database_url)
        try:
            async with database.write() as tx:
                one = conversation(number, mailbox=CONTACT, correspondent=of, mails=len(records), tags=("urgent",))
                await conversations.save(tx, one)
                for record in records:
                    await mails.add(tx, replace(record, conversation=one.id))
                await history.add(tx, HistoryEntry(one.id, NOW, ALICE, "history.assigned", "Bob"))
                if notes:
                    known = KnownEvent(EventId(f"$n{number}"), ROOM, EventKind.COMMAND, one.id, ALICE, None, NOW)
                    await events.add(tx, known)
                    await search.keep_note(tx, known, notes)
        finally:
            await database.close()

    async def mail(self, raw: bytes, **changes: Any) -> MailRecord:
        self.rows += 1
        blob = await self.blobs.put(raw)
        return mail(self.rows, mailbox=CONTACT, raw=blob, to=(Address("", CONTACT),), **changes)

    async def exports(self, named: str = CONTACT) -> int:
        return await asyncio.to_thread(export, self.config, named, self.out, language="en")

    async def exports_person(self, address: str) -> int:
        return await asyncio.to_thread(export_person, self.config, address, self.out, language="en")

    def mbox(self, within: str = "") -> list[bytes]:
        box = mailbox.mbox(self.out / within / "mail.mbox", create=False)
        try:
            return [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118  a mailbox iterates over its messages
        finally:
            box.close()

    def lines(self, within: str = "") -> list[dict[str, Any]]:
        return [json.loads(one) for one in (self.out / within / "conversations.jsonl").read_bytes().splitlines()]


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> str:
    """The URL of a PostgreSQL database; empty for SQLite."""
    return str(request.getfixturevalue("own_postgres")) if request.param == "postgresql" else ""


@pytest.fixture
async def house(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    desk = Desk(tmp_path)
    desk.data.mkdir(mode=0o700)
    desk.uses(server or await migrated(desk.database))
    return House(load(desk.config), tmp_path)


def raw(words: str, sender: Address = MARIE) -> bytes:
    return f"From: {sender.address}\r\nTo: {CONTACT}\r\nSubject: é\r\n\r\n{words}\r\n".encode()


async def test_a_mailbox_is_read_back_with_the_standard_library(house: House) -> None:
    first = await house.mail(raw("Hello\r\nFrom the sea\r\n\r\nFrom here"))
    file = Attachment(ODD, "application/pdf", 8, False, "", await house.blobs.put(b"the file"))
    second = await house.mail(raw("Answer"), attachments=(file,), direction=Direction.OUT, author=ALICE)
    await house.has(1, first, second, notes="Call her back")
    await house.has(2, await house.mail(raw("Other", PAUL)), of=PAUL)

    assert await house.exports() == 0

    box = house.mbox()
    assert len(box) == 3
    assert b">From the sea\n\n>From here" in box[0]
    one, two = house.lines()
    assert (one["number"], one["tags"], two["correspondent"]["address"]) == (1, ["urgent"], PAUL.address)
    assert [one["mails"][0]["original"]["mbox"], two["mails"][0]["original"]["mbox"]] == [0, 2]
    assert one["notes"] == [{"at": NOW.isoformat(), "author": ALICE, "text": "Call her back", "filename": None}]
    assert one["history"][0]["action"] == "assigned"
    (attached,) = one["mails"][1]["attachments"]
    assert attached["filename"] == ODD
    assert (house.out / attached["file"]).read_bytes() == b"the file"
    manifest = json.loads((house.out / "manifest.json").read_text())
    assert (manifest["format"], manifest["conversations"], manifest["mails"]) == (1, 2, 3)


async def test_all_of_it_is_for_its_owner_and_no_name_is_taken_from_a_mail(house: House) -> None:
    file = Attachment(ODD, "text/plain", 8, False, "", BlobId("../../outside"))
    await house.has(1, await house.mail(raw("x"), attachments=(file,)))

    assert await house.exports() == 0

    for path in house.out.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert house.lines()[0]["mails"][0]["attachments"][0]["file"] is None
    assert {one.name for one in house.out.iterdir()} <= {
        "mail.mbox",
        "conversations.jsonl",
        "mailbox.json",
        "manifest.json",
        "postroom.lock",
        "files",
    }


@pytest.mark.parametrize("at", [1, 2, 4])
async def test_one_that_was_broken_off_goes_on(house: House, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    for number in range(1, 6):
        await house.has(number, await house.mail(raw(f"mail {number}")))
    left = at

    class _Killed(BaseException):
        pass

    def keep(self: ExportFolder, *, real: Any = ExportFolder.keep) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise _Killed
        real(self)

    with monkeypatch.context() as patched:
        patched.setattr(ExportFolder, "keep", keep)
        with pytest.raises(_Killed):
            await house.exports()
    assert not (house.out / "manifest.json").exists()
    with (house.out / "unfinished" / "mail.mbox").open("ab") as torn:
        torn.write(b"From half of a mail")
    with (house.out / "unfinished" / "originals.jsonl").open("ab") as torn:
        torn.write(b'{"blobs": ["')

    assert await house.exports() == 0

    assert [one.count(b"mail ") for one in house.mbox()] == [1] * 5
    for number, line in enumerate(house.lines(), 1):
        place = line["mails"][0]["original"]["mbox"]
        assert f"mail {number}".encode() in house.mbox()[place]


async def test_a_second_one_holds_what_is_there_now_and_no_mail_of_before(house: House) -> None:
    await house.has(1, await house.mail(raw("first")))
    assert await house.exports() == 0
    await house.has(2, await house.mail(raw("second")))

    assert await house.exports() == 0

    assert len(house.mbox()) == 2


async def test_an_original_that_no_mail_has_any_more_is_left_out_of_one_that_goes_on(house: House) -> None:
    await house.has(1, await house.mail(raw("stays")))
    gone = await house.blobs.put(raw("erased meanwhile"))
    begun = ExportFolder(house.out, {"format": 1, "mailbox": CONTACT, "person": []}, house.config.data_dir)
    begun.original(gone)
    begun.keep()
    begun.close()

    assert await house.exports() == 0

    assert [b"stays" in one for one in house.mbox()] == [True]


async def test_an_original_that_is_nowhere_is_told_and_its_words_are_there(house: House, capsys: Any) -> None:
    record = await house.mail(raw("x"))
    house.blobs.path(record.raw).unlink()
    await house.has(1, record)

    assert await house.exports() == 1

    assert house.lines()[0]["mails"][0]["text"] == record.text
    assert "originals of 1 mails" in capsys.readouterr().err


async def test_another_mailbox_and_a_folder_of_something_else_are_refused(house: House, capsys: Any) -> None:
    await house.has(1, await house.mail(raw("x")))
    house.out.mkdir()
    (house.out / "thesis.tex").write_text("mine")

    assert await house.exports("nobody@monasso.org") == 1
    assert CONTACT in capsys.readouterr().err
    assert await house.exports() == 1
    assert "something else" in capsys.readouterr().err
    assert [one.name for one in house.out.iterdir() if one.name != "postroom.lock"] == ["thesis.tex"]


async def test_a_person_gets_what_concerns_them_under_all_their_addresses_and_no_more(house: House) -> None:
    hers, private = Address("M", "m@home.example"), "What the team thinks"
    await house.has(1, await house.mail(raw("hers"), from_=(MARIE,)), notes=private)
    await house.has(2, await house.mail(raw("from home"), from_=(hers,)), of=hers)
    mixed = await house.mail(raw("to both", PAUL), from_=(PAUL,), cc=(MARIE,))
    alone = await house.mail(raw("Paul alone", PAUL), from_=(PAUL,))
    await house.has(3, mixed, alone, of=PAUL, notes=private)
    await house.has(4, await house.mail(raw("Paul", PAUL), from_=(PAUL,)), of=PAUL)
    database = await Database.open(house.config.database_url)
    async with database.write() as tx:
        for address in (MARIE.address, hers.address):
            await persons.put(tx, PersonsAddress(CONTACT, address, "$p", ALICE, EventId("$p"), later(1)))
        await person_notes.put(tx, PersonNote(CONTACT, hers.address, "A member since 2020", ALICE, EventId("$q"), NOW))
    await database.close()

    assert await house.exports_person("MARIE@example.net") == 0

    one, two, three = house.lines(CONTACT)
    assert [len(each["mails"]) for each in (one, two, three)] == [1, 1, 1]
    assert [len(each["notes"]) for each in (one, two, three)] == [1, 0, 0]
    assert len(house.mbox(CONTACT)) == 3
    assert not any(b"Paul alone" in each for each in house.mbox(CONTACT))
    beside = json.loads((house.out / CONTACT / "mailbox.json").read_text())
    assert beside["notes_on_persons"][0]["text"] == "A member since 2020"
    assert "saved_replies" not in beside


async def test_of_others_conversations_a_person_gets_no_draft_tags_people_or_secret_copies(house: House) -> None:
    copied = (Address("", "secret@example.net"), MARIE)
    ours = await house.mail(
        raw("to both", PAUL), from_=(PAUL,), cc=(MARIE,), bcc=copied, detail="<secret@example.net> full"
    )
    await house.has(1, ours, of=PAUL)

    assert await house.exports_person(MARIE.address) == 0

    (one,) = house.lines(CONTACT)
    assert (one["tags"], one["draft"], one["assignee"], one["followers"]) == ([], None, None, [])
    assert [each["address"] for each in one["mails"][0]["bcc"]] == [MARIE.address]
    assert one["mails"][0]["server_said"] == ""


async def test_a_person_of_whom_nothing_is_known_is_said_so(house: House, capsys: Any) -> None:
    await house.has(1, await house.mail(raw("x")))

    assert await house.exports_person("nobody@example.net") == 0

    assert "No mailbox has anything" in capsys.readouterr().out
    assert not (house.out / CONTACT).exists()
