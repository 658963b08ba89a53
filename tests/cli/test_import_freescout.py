"""`postroom import-freescout`: a dump becomes our conversations, whole, once, quietly, and nothing outside of it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.erase import erase
from bot.cli.import_freescout import Asked, bring_in
from bot.config import Config, load
from bot.domain.conversation import Conversation, Direction, MailRecord, Status
from bot.domain.ids import ConversationId, MailboxId
from storage import canned, conversations, exporting, history, mails, outbox
from storage.database import Database
from tests.cli.freescout_dump import APP_KEY, CUSTOMER, LINEITEM, MESSAGE, NOTE, PENDING, SPAM, Team, large
from tests.cli.test_backup import Desk
from tests.config.conftest import KEY
from tests.fakes.migrated import migrated

CONTACT = MailboxId("contact@monasso.org")
MARIE = "marie@example.net"


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> str:
    """The URL of a PostgreSQL database; empty for SQLite."""
    return str(request.getfixturevalue("own_postgres")) if request.param == "postgresql" else ""


@pytest.fixture
async def config(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    desk = Desk(tmp_path)
    desk.data.mkdir(mode=0o700)
    desk.uses(server or await migrated(desk.database))
    return load(desk.config)


def team() -> Team:
    one = Team()
    marie = one.customer("Marie", "Dupont", MARIE, "marie@work.example")
    id = one.conversation(142, "L'adh\u00e9sion", marie, MARIE, user_id=1, status=PENDING)
    asked = one.thread(
        id, CUSTOMER, "<p>Bonjour <b>tous</b></p>", customer_id=marie, message_id="q1@example.net", **{"from": MARIE},
        to=["contact@monasso.org"], cc=["paul@example.net"],
        headers="Received: by mx.example\r\nReferences: <x@y.example>\r\n <z@y.example>\r\nContent-Type: text/plain",
    )  # fmt: skip
    one.thread(id, NOTE, "<p>Elle a d\u00e9j\u00e0 <i>appel\u00e9</i></p>", created_by_user_id=2)
    one.thread(id, LINEITEM, action_type=2, user_id=1, created_by_user_id=2)
    one.thread(id, MESSAGE, "<p>Voici la r\u00e9ponse</p>", to=[MARIE], created_by_user_id=1)
    one.thread(id, LINEITEM, action_type=1, status=PENDING, created_by_user_id=1)
    one.thread(id, LINEITEM, action_type=3, created_by_user_id=1)
    one.thread(id, MESSAGE, "<p>Un brouillon</p>", to=[MARIE], state=1, created_by_user_id=1)
    one.add(
        "attachments",
        thread_id=asked,
        file_dir="1/2/1/",
        file_name="bulletin \u00e9t\u00e9.pdf",
        mime_type="application/pdf",
        embedded=0,
    )
    one.add("tags", name="Gros client", counter=1, color=0)
    one.add("conversation_tag", conversation_id=id, tag_id=1)
    one.add("followers", conversation_id=id, user_id=2)
    spam = one.conversation(150, "Buy", marie, "spam@example.com", status=SPAM)
    one.thread(spam, CUSTOMER, "Buy", message_id="s@example.com", **{"from": "spam@example.com"})
    other = one.conversation(151, "Facture", marie, MARIE, mailbox_id=2)
    one.thread(other, CUSTOMER, "Facture", message_id="f@example.net", **{"from": MARIE})
    one.conversation(152, "Nothing", marie, MARIE)
    one.add("saved_replies", mailbox_id=1, name="Horaires", text="<p>Nous ouvrons \u00e0 <b>9 h</b>.</p>", user_id=1)
    return one


def dumped(folder: Path, one: Team, kind: str = "mysql") -> Path:
    file = folder / "freescout.sql"
    with file.open("w", encoding="utf-8", newline="") as out:
        (one.mysql if kind == "mysql" else one.postgres)(out)
    return file


def asked(folder: Path, **changes: Any) -> Asked:
    (folder / "people").write_text("# who is who\nalice@monasso.org @alice:localhost\n")
    (folder / ".env").write_text(f"APP_NAME=x\nAPP_KEY={APP_KEY}\nDB_PASSWORD=secret\n")
    within = folder / "attachment" / "1" / "2" / "1"
    within.mkdir(parents=True, exist_ok=True)
    (within / "bulletin \u00e9t\u00e9.pdf").write_bytes(b"%PDF")
    plain = Asked(str(folder / "freescout.sql"), (), folder / "people", folder / "attachment", folder / ".env", "UTC")
    return replace(plain, **changes)


async def brought(config: Config, what: Asked) -> int:
    return await asyncio.to_thread(bring_in, config, what, language="en")


async def one_of(config: Config, number: int) -> tuple[Conversation, tuple[MailRecord, ...]]:
    database = await Database.open(config.database_url, migrate=False)
    try:
        async with database.read() as tx:
            found = await conversations.get(tx, ConversationId(number))
            assert found is not None
            return found, await mails.recent(tx, found.id, 50)
    finally:
        await database.close()


@pytest.mark.parametrize("kind", ["mysql", "postgres"])
async def test_a_conversation_comes_with_all_that_has_a_place(
    config: Config, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dumped(tmp_path, team(), kind)
    # One has no mail: it is left out.
    assert await brought(config, asked(tmp_path)) == 1
    said = capsys.readouterr().out
    assert "compta@monasso.org: 1 conversation left out" in said and "bob@monasso.org is nobody here" in said
    assert "1 draft" in said and "1 act of" in said and "1 conversation without a mail" in said

    one, (question, answer) = await one_of(config, 142)
    assert (one.status, one.assignee, one.followers, one.tags) == (
        Status.PENDING,
        "@alice:localhost",
        (),
        ("gros-client",),
    )
    assert (one.subject, one.correspondent.name, one.correspondent.address) == (
        "L'adh\u00e9sion",
        "Marie Dupont",
        MARIE,
    )
    assert (one.mails, one.folded, one.heard, one.root, one.words) == (2, 2, 1, None, "Bonjour tous")
    assert one.created_at == question.date and (question.direction, answer.direction) == (Direction.IN, Direction.OUT)
    assert question.message_id == "q1@example.net" and question.references == ("x@y.example", "z@y.example")
    assert [one.address for one in question.cc] == ["paul@example.net"]
    assert [one.filename for one in question.attachments] == ["bulletin \u00e9t\u00e9.pdf"]
    digest = hashlib.md5(f"4{APP_KEY}".encode()).hexdigest()[:16]
    assert answer.message_id == f"reply-4-{digest}@monasso.org" and answer.text == "Voici la r\u00e9ponse"
    assert (await one_of(config, 150))[0].status is Status.SPAM

    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        told = [(entry.action, entry.actor, entry.detail) for entry in await history.of(tx, one.id)]
        async for page in exporting.pages(tx, CONTACT):
            notes = [note.text for whole in page for note in whole.notes]
        (reply,) = await canned.of(tx, (CONTACT,))
        assert sum((await outbox.depth(tx)).values()) == 0
    await database.close()
    assert told == [
        ("history.carried", None, "FreeScout #142"),
        ("history.noted_before", None, "Bob: Elle a d\u00e9j\u00e0 appel\u00e9"),
        ("history.assigned", None, "@alice:localhost"),
        ("history.replied", "@alice:localhost", ""),
        ("history.pending", "@alice:localhost", ""),
    ]
    assert notes == ["Bob: Elle a d\u00e9j\u00e0 appel\u00e9"]
    assert (reply.name, reply.text) == ("Horaires", "Nous ouvrons \u00e0 9 h.")


async def test_what_is_run_again_brings_nothing_twice(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dumped(tmp_path, team())
    await brought(config, asked(tmp_path))
    capsys.readouterr()
    await brought(config, asked(tmp_path))
    said = capsys.readouterr().out
    assert "by an earlier run: 2" in said and "came later" not in said
    assert (await one_of(config, 142))[0].version == 1


async def test_a_conversation_of_notes_alone_is_counted_and_not_told_as_done(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = large(1)
    phoned = one.conversation(2, "Rappeler", 1, "marie1@example.net")
    one.thread(phoned, NOTE, "<p>Elle a appel\u00e9</p>", created_by_user_id=1)
    dumped(tmp_path, one)
    assert await brought(config, asked(tmp_path)) == 1
    assert "1 conversation without a mail" in capsys.readouterr().out


async def test_entries_of_a_newer_dump_are_counted_where_their_conversation_is_here(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dumped(tmp_path, large(2))
    assert await brought(config, asked(tmp_path)) == 0
    newer = large(2)
    newer.thread(1, CUSTOMER, "<p>Encore</p>", message_id="more@example.net", **{"from": "marie2@example.net"})
    dumped(tmp_path, newer)
    capsys.readouterr()
    assert await brought(config, asked(tmp_path)) == 1
    assert "1 conversation has entries that came later" in capsys.readouterr().out


async def test_a_number_that_was_given_is_not_given_again(config: Config, tmp_path: Path) -> None:
    dumped(tmp_path, large(3))
    await brought(config, asked(tmp_path))
    second = tmp_path / "second"
    second.mkdir()
    one = Team()
    marie = one.customer("Marie", "Dupont", MARIE)
    for number in (2, 9):
        id = one.conversation(number, f"Other {number}", marie, MARIE)
        one.thread(id, CUSTOMER, "x", message_id=f"o{number}@example.net", **{"from": MARIE})
    dumped(second, one)
    await brought(config, asked(second))
    assert [(await one_of(config, number))[0].subject for number in (2, 9, 10)] == ["Question 2", "Other 9", "Other 2"]


@pytest.mark.parametrize("env", [True, False])
async def test_the_same_freescout_in_another_zone_is_the_same(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str], env: bool
) -> None:
    """`mysqldump` says UTC; phpMyAdmin, `--skip-tz-utc` and a SELECT by hand say the server's own time."""
    changes: dict[str, Any] = {} if env else {"env": None}
    dumped(tmp_path, team())
    await brought(config, asked(tmp_path, **changes))
    local = team()
    for rows in local.rows.values():
        for row in rows:
            row["created_at"] = (datetime.fromisoformat(row["created_at"]) + timedelta(hours=2)).isoformat(" ")
    dumped(tmp_path, local)
    capsys.readouterr()
    await brought(config, asked(tmp_path, zone="Etc/GMT-2", **changes))
    assert "by an earlier run: 2" in capsys.readouterr().out
    one, records = await one_of(config, 142)
    assert (one.version, len(records)) == (1, 2)


async def test_a_conversation_that_is_known_otherwise_brings_its_notes_no_second_time(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One was merged into it meanwhile, whose first mail is older."""
    dumped(tmp_path, team())
    await brought(config, asked(tmp_path))
    merged = team()
    merged.rows["threads"][0]["id"] = 90
    merged.thread(142, CUSTOMER, "Plus tôt", id=1, message_id="q0@example.net", **{"from": MARIE})
    dumped(tmp_path, merged)
    capsys.readouterr()
    await brought(config, asked(tmp_path))
    assert "0 notes" in capsys.readouterr().out
    one, records = await one_of(config, 142)
    assert len(records) == 3
    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        told = [entry.action for entry in await history.of(tx, one.id)]
        async for page in exporting.pages(tx, CONTACT):
            notes = [note.text for whole in page for note in whole.notes]
    await database.close()
    assert len(notes) == 1 and len(told) == len(set(told)) == 5


async def test_mails_that_are_here_are_not_doubled(config: Config, tmp_path: Path) -> None:
    dumped(tmp_path, large(1))
    await brought(config, asked(tmp_path))
    more = large(1)
    more.rows["conversations"][0]["number"] = 7
    more.thread(1, CUSTOMER, "<p>Encore</p>", message_id="more@example.net", **{"from": "marie2@example.net"})
    dumped(tmp_path, more)
    await brought(config, asked(tmp_path))
    one, records = await one_of(config, 1)
    assert (one.mails, len(records), one.status) == (4, 4, Status.CLOSED)


async def test_files_beyond_a_hundred_of_one_mail_are_counted(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = team()
    for _ in range(101):
        one.add("attachments", thread_id=1, file_dir="1/2/1/", file_name="bulletin \u00e9t\u00e9.pdf", embedded=0)
    dumped(tmp_path, one)
    await brought(config, asked(tmp_path))
    assert "2 attached files" in capsys.readouterr().out
    assert len((await one_of(config, 142))[1][0].attachments) == 100


async def test_two_freescouts_of_one_address_take_no_mail_of_each_other_for_their_own(
    config: Config, tmp_path: Path
) -> None:
    """Each counts its rows from 1, and a mail of ours has no Message-ID in the dump."""
    dumped(tmp_path, large(2))
    await brought(config, asked(tmp_path, env=None))
    other = large(2)
    for number, row in enumerate(other.rows["threads"]):
        if row.get("message_id"):
            row["message_id"] = f"other{number}@example.net"
    for row in other.rows["conversations"]:
        row["created_at"] = f"2020-01-0{row['id']} 00:00:00"
    dumped(tmp_path, other)
    await brought(config, asked(tmp_path, env=None))
    assert [len((await one_of(config, number))[1]) for number in (1, 2, 3, 4)] == [3, 3, 3, 3]


async def test_no_path_leads_out_of_the_folder(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    one = team()
    for within, name in (
        ("../../", "secret"),
        ("1/2/1/", "../../../../secret"),
        ("/", "secret"),
        ("1/2/1", "link"),
        ("1/2/1", "pipe"),
    ):
        one.add("attachments", thread_id=1, file_dir=within, file_name=name, mime_type="x/y", embedded=0)
    dumped(tmp_path, one)
    what = asked(tmp_path)
    (tmp_path / "attachment" / "1" / "2" / "1" / "link").symlink_to(tmp_path / "secret")
    assert await brought(config, what) == 1
    assert "5 attached files are not" in capsys.readouterr().out
    _, (question, _) = await one_of(config, 142)
    assert len(question.attachments) == 1
    assert all(
        b"secret" not in file.read_bytes()
        for file in config.data_dir.rglob("*")
        if file.is_file() and len(file.name) == 64
    )


async def test_it_goes_to_the_mailbox_that_is_named_and_refuses_with_a_sentence(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dump = dumped(tmp_path, team())
    (tmp_path / "cut").write_bytes(dump.read_bytes().partition(b"DROP TABLE IF EXISTS `users`")[0])
    assert await brought(config, asked(tmp_path, mailboxes=(f"compta@monasso.org={CONTACT}",))) == 0
    assert (await one_of(config, 151))[0].mailbox == CONTACT
    for changes, words in (
        ({"mailboxes": ("nobody@monasso.org=contact@monasso.org",)}, "no mailbox nobody@monasso.org"),
        ({"zone": "Mars/Base"}, "no time zone"),
        ({"env": tmp_path / "people"}, "no APP_KEY"),
        ({"people": tmp_path / ".env"}, "line 1"),
        ({"attachments": tmp_path / "people"}, "no folder"),
        ({"source": str(tmp_path / "people")}, "no dump"),
        ({"source": str(tmp_path / "cut")}, "nothing is in users"),
        ({"source": str(tmp_path / "missing")}, "not finished"),
    ):
        capsys.readouterr()
        assert await brought(config, asked(tmp_path, **changes)) == 1
        assert words in capsys.readouterr().err, words
    assert list((config.data_dir / "scratch").iterdir()) == []


async def test_who_is_erased_leaves_nothing_and_no_message_is_deleted_that_is_in_no_room(
    config: Config, tmp_path: Path
) -> None:
    dumped(tmp_path, team())
    await brought(config, asked(tmp_path))
    assert await asyncio.to_thread(erase, config, MARIE, yes=True, language="en") == 0
    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        assert await conversations.get(tx, ConversationId(142)) is None
        assert sum((await outbox.depth(tx)).values()) == 0
    await database.close()


async def test_nor_do_they_come_back_with_another_dump(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hers goes whole, and out of Paul's what she wrote; what she writes after her erasure is no concern of it."""
    dumped(tmp_path, team())
    await brought(config, asked(tmp_path))
    assert await asyncio.to_thread(erase, config, MARIE, yes=True, language="en") == 0
    newer = team()
    paul = newer.customer("Paul", "Durand", "paul@example.net")
    mixed = newer.conversation(160, "Deux", paul, "paul@example.net")
    newer.thread(mixed, CUSTOMER, "Paul", message_id="p1@example.net", **{"from": "paul@example.net"})
    newer.thread(mixed, CUSTOMER, "Marie", message_id="p2@example.net", customer_id=1, **{"from": MARIE})
    newer.minutes = 60 * 24 * 365 * 20
    fresh = newer.conversation(161, "Encore", 1, MARIE)
    newer.thread(fresh, CUSTOMER, "Me revoici", message_id="m9@example.net", customer_id=1, **{"from": MARIE})
    for row in newer.rows["conversations"][:4]:
        row["created_at"] = "2020-01-01 00:00:00"
    dumped(tmp_path, newer)
    capsys.readouterr()
    await brought(config, asked(tmp_path))
    said = capsys.readouterr().out
    assert "Left out, of somebody who was erased here: 1 " in said
    assert "Left out, of people who were erased here after it: 1 mail " in said
    one, (only,) = await one_of(config, 160)
    assert (one.mails, only.message_id) == (1, "p1@example.net")
    assert (await one_of(config, 161))[0].subject == "Encore"
    await brought(config, asked(tmp_path, with_erased=True))
    assert "Brought in" in capsys.readouterr().out
