"""The command `postroom` as a person types it: exit statuses, and a clear sentence for every end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.calls import EnterRoom, Priority
from bot.domain.conversation import Direction, OutState
from bot.domain.ids import EventId, MailboxId, RoomId
from bot.domain.mail import Address
from bot.domain.planned import PlannedCall
from storage import conversations, mails, outbox
from storage.database import Database
from tests.config.conftest import KEY, LEAST
from tests.storage.made import ALICE, conversation, mail, planned, submission

QUIET = {"LC_ALL": "C.UTF-8", "POSTROOM_SECRET_KEY": KEY}


def postroom(*arguments: str, input: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=input,
        capture_output=True,
        env={**os.environ, **QUIET, **environment},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(LEAST.replace("/var/lib/postroom", str(tmp_path / "data")))
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("command", ["run", "check", "migrate", "outbox"])
def test_mistakes_in_the_configuration_end_with_78_and_the_path(command: str, config: Path) -> None:
    config.write_text(config.read_text().replace("port: 143", "port: 0").replace("language: fr", "langage: fr"))

    done = postroom(command, "-c", str(config))

    assert done.returncode == 78
    assert "mailboxes[0].imap.port (line 14): must be at least 1." in done.stderr
    assert "langage (line 7): there is no such key here. Did you mean language?" in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_missing_file_ends_with_78_and_says_so(tmp_path: Path) -> None:
    done = postroom("run", "-c", str(tmp_path / "none.yaml"))

    assert done.returncode == 78
    assert "none.yaml cannot be read: No such file or directory." in done.stderr


def test_the_terminal_s_language_is_spoken_where_it_is_known(tmp_path: Path) -> None:
    done = postroom("check", "-c", str(tmp_path / "none.yaml"), LC_ALL="fr_FR.UTF-8")

    assert "est illisible" in done.stderr


def test_else_the_language_of_the_configuration_is_spoken(config: Path) -> None:
    config.write_text(config.read_text().replace("port: 143", "port: 0"))

    assert "doit être au moins 1." in postroom("check", "-c", str(config)).stderr


def test_check_names_each_finding_and_ends_with_0(config: Path) -> None:
    done = postroom("check", "-c", str(config), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 0, done.stderr
    assert "will be made at the first start" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("No mistakes in the file.")
    assert not (config.parent / "data").exists()


def test_check_ends_with_78_on_a_folder_that_cannot_be(config: Path) -> None:
    (config.parent / "data").write_text("a file")

    done = postroom("check", "-c", str(config), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 78
    assert "data_dir:" in done.stdout
    assert "is a file. Name a folder." in done.stdout


def test_run_ends_with_78_on_a_folder_that_cannot_be(config: Path) -> None:
    (config.parent / "data").write_text("a file")

    done = postroom("run", "-c", str(config), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 78
    assert "data_dir:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_cleanly_while_every_server_is_away(config: Path, number: signal.Signals) -> None:
    config.write_text(
        config.read_text().replace("127.0.0.1:8008", "127.0.0.1:1").replace("127.0.0.1:9100", "127.0.0.1:0")
    )
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "-c", str(config)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **QUIET},
    )
    try:
        assert bot.stderr is not None
        lines = []
        for line in bot.stderr:  # it is up once it has logged that a server is away
            lines.append(line)
            if "{" in line:
                break
        bot.send_signal(number)
        _, rest = bot.communicate(timeout=30)
    finally:
        bot.kill()
        bot.wait()

    assert bot.returncode == 0, "".join(lines) + rest


# --- parse ------------------------------------------------------------------------------------------------------------

MAIL = b"From: Zo\xc3\xab <zoe@example.org>\r\nSubject: Question\r\nMessage-ID: <1@example.org>\r\n\r\nBonjour\r\n"


def test_parse_prints_one_object_a_line_in_order(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).write_bytes(MAIL)

    done = postroom("parse", str(tmp_path / "b"), str(tmp_path / "a"))

    assert done.returncode == 0
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["file"] for one in objects] == [str(tmp_path / "b"), str(tmp_path / "a")]
    assert objects[0]["message_id"] == "1@example.org"


def test_parse_reads_standard_input_and_writes_utf_8_in_any_locale() -> None:
    done = postroom("parse", "-", input=MAIL, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert done.returncode == 0
    assert "Bonjour" in json.loads(done.stdout)["text"]


def test_parse_goes_on_after_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(MAIL)

    done = postroom("parse", str(tmp_path / "none"), str(tmp_path), str(tmp_path / "a"))

    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert "none cannot be read: No such file or directory." in done.stderr


def test_parse_loads_no_library_that_it_does_not_need() -> None:
    heavy = {
        "nio",
        "aiohttp",
        "sqlalchemy",
        "pydantic",
        "aioimaplib",
        "aiosmtplib",
        "apscheduler",
        "structlog",
        "babel",
    }
    code = f"""
import sys
from bot.cli.main import cli
try:
    cli(["parse", "-"])
finally:
    print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr)
"""

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=MAIL,
        capture_output=True,
        env={**os.environ, **QUIET},
        timeout=60,
        check=False,
    )

    assert done.stderr.decode().strip() == "[]"


# --- migrate and outbox -----------------------------------------------------------------------------------------------


def test_migrate_makes_the_tables_for_the_owner_s_eyes_only(config: Path) -> None:
    done = postroom("migrate", "-c", str(config))

    assert done.returncode == 0, done.stderr
    file = config.parent / "data" / "postroom.db"
    assert file.stat().st_mode & 0o077 == 0


def test_a_database_that_cannot_be_opened_is_a_sentence(config: Path) -> None:
    (config.parent / "data").write_text("a file")

    done = postroom("migrate", "-c", str(config), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 1
    assert "The database cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_postgresql_server_that_is_away_is_a_sentence(config: Path) -> None:
    sqlite = f"sqlite:///{config.parent}/data/postroom.db"
    config.write_text(config.read_text().replace(sqlite, "postgresql://a:b@127.0.0.1:1/c"))

    done = postroom("migrate", "-c", str(config), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 1
    assert "The database cannot be" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
async def calls(config: Path) -> list[int]:
    """Two open calls in the outbox."""
    database = await Database.open(f"sqlite:///{config.parent}/data/postroom.db")
    try:
        async with database.write() as tx:
            planned = [
                PlannedCall(EnterRoom(RoomId("!x:y")), "chat", lane=lane, priority=Priority.MAIL, delay_seconds=3600)
                for lane in ("one", "two")
            ]
            return [int(await outbox.add(tx, one, datetime.now(UTC))) for one in planned]
    finally:
        await database.close()


def test_the_outbox_lists_what_waits(config: Path, calls: list[int]) -> None:
    done = postroom("outbox", "-c", str(config), "list", LC_ALL="en_GB.UTF-8")

    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ID", *map(str, calls)]


def test_a_call_can_be_tried_at_once(config: Path, calls: list[int]) -> None:
    done = postroom("outbox", "-c", str(config), "retry", str(calls[0]), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 0, done.stderr
    assert "will be tried at once" in done.stdout


def test_a_dropped_call_waits_no_more(config: Path, calls: list[int]) -> None:
    done = postroom("outbox", "-c", str(config), "drop", str(calls[0]), LC_ALL="en_GB.UTF-8")

    assert done.returncode == 0, done.stderr
    assert f"{calls[0]} was given up." in done.stdout
    left = postroom("outbox", "-c", str(config)).stdout.splitlines()[1:]
    assert [line.split()[0] for line in left] == [str(calls[1])]


async def test_of_a_dropped_mail_its_thread_is_told(config: Path) -> None:
    url = f"sqlite:///{config.parent}/data/postroom.db"
    mailbox, room = MailboxId("contact@monasso.org"), RoomId("!id:localhost")
    answered = conversation(mailbox=mailbox, room=room)
    record = mail(
        direction=Direction.OUT,
        mailbox=mailbox,
        author=ALICE,
        state=OutState.RETRYING,
        to=(Address("", "marie@example.net"),),
    )
    waiting = planned(
        submission(),
        channel=f"smtp:{mailbox}",
        key="submit:1",
        delay_seconds=3600,
        conversation=answered.id,
        mail=record.row,
    )
    database = await Database.open(url)
    async with database.write() as tx:
        await conversations.save(tx, answered)
        await conversations.set_root(tx, answered.id, EventId("$card"))
        await mails.add(tx, record)
        effect = await outbox.add(tx, waiting, datetime.now(UTC))
    await database.close()

    done = postroom("outbox", "-c", str(config), "drop", str(effect), LC_ALL="en_GB.UTF-8")

    assert f"{effect} was given up." in done.stdout, done.stderr
    database = await Database.open(url)
    async with database.read() as tx:
        kept = await mails.get(tx, record.row)
        left = [row.kind for row in await outbox.listing(tx)]
    await database.close()
    assert kept is not None
    assert kept.state is OutState.REFUSED
    assert "SendEvent" in left


def test_an_unknown_call_is_a_sentence(config: Path, calls: list[int]) -> None:
    done = postroom("outbox", "-c", str(config), "drop", "999", LC_ALL="en_GB.UTF-8")

    assert "No call 999 is open." in done.stdout


def test_an_empty_outbox_says_so(config: Path) -> None:
    postroom("migrate", "-c", str(config))

    assert postroom("outbox", "-c", str(config), LC_ALL="en_GB.UTF-8").stdout == "Nothing waits to be sent.\n"
    shunted = postroom("outbox", "-c", str(config), "shunted", LC_ALL="en_GB.UTF-8")
    assert shunted.stdout == "Nothing was put aside.\n"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "command",
    [
        (),
        ("run",),
        ("check",),
        ("demo",),
        ("parse",),
        ("migrate",),
        ("move-database",),
        ("outbox",),
        ("outbox", "-c", "x", "retry"),
    ],
)
def test_every_command_explains_itself(command: tuple[str, ...], language: str) -> None:
    done = postroom(*command, "--help", LC_ALL=f"{language}_XX.UTF-8")

    assert done.returncode == 0, done.stderr
    assert "cli.help" not in done.stdout
    assert ("Afficher ceci" if language == "fr" else "Show this") in done.stdout
