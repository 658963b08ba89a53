"""`postroom import MAILBOX imaps://…`: a folder of any server comes in like any archive, and stays as it was."""

from __future__ import annotations

import asyncio
import imaplib
from pathlib import Path

import pytest

from bot.accounts import adapters
from bot.adapters.imap.wire import encode_folder
from bot.cli.ending import Refused
from bot.cli.import_imap import OldFolder, place_of
from bot.cli.importing import Asked, bring_in
from bot.config import Config, load
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import ImapAccount
from bot.domain.conversation import Status
from bot.domain.ids import ConversationId
from storage import conversations, outbox
from storage.database import Database
from tests.cli.test_backup import Desk
from tests.config.conftest import KEY
from tests.fakes.migrated import migrated
from tests.fakes.writing import mail

CONTACT = "contact@monasso.org"
FOLDER = "Archives \u00c9t\u00e9 & co"
WIRE = encode_folder(FOLDER)
LIMIT = 1024 * 1024


@pytest.fixture
async def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    desk = Desk(tmp_path)
    desk.data.mkdir(mode=0o700)
    desk.uses(await migrated(desk.database))
    return load(desk.config).model_copy(update={"max_mail_mb": 1})


@pytest.fixture
def old(dovecot: Dovecot, dovecot_account: ImapAccount, monkeypatch: pytest.MonkeyPatch) -> ImapAccount:
    """An empty mailbox; its password stands in `OLD_PASSWORD`."""
    monkeypatch.setenv("OLD_PASSWORD", dovecot_account.password)
    return dovecot_account


def url(dovecot: Dovecot, user: str, folder: str = FOLDER) -> str:
    return f"imap://{user}@{dovecot.host}:{dovecot.port}/{folder}?tls=off"


async def brought(config: Config, source: str, password: str | None = "env:OLD_PASSWORD") -> int:
    asked = Asked(CONTACT, source, password=password)
    return await asyncio.to_thread(bring_in, config, asked, language="en")


def _made(dovecot: Dovecot, account: ImapAccount) -> None:
    with imaplib.IMAP4(dovecot.host, dovecot.port) as client:
        client.login(account.user, account.password)
        client.create(f'"{WIRE}"')


def letters(count: int) -> list[bytes]:
    return [mail(id=f"a{n}@x.example", subject=f"S{n}", to=CONTACT, text=f"Bonjour {n}\n") for n in range(count)]


async def test_a_folder_comes_in_quietly_and_stays_as_it_was(
    config: Config, dovecot: Dovecot, old: ImapAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(_made, dovecot, old)
    for raw in letters(3):
        await dovecot.deliver(old.user, raw, WIRE)
    await dovecot.deliver(old.user, mail(id="draft@x.example", to=CONTACT), WIRE, flags=["\\Draft"])
    await dovecot.deliver(old.user, mail(id="big@x.example", to=CONTACT, text="x" * 70 * 20_000), WIRE)
    large = mail(id="large@x.example", subject="Large", to=CONTACT, text=("x" * 70 + "\n") * 8_000)
    await dovecot.deliver(old.user, large, WIRE)
    before = await dovecot.folder_contents(old.user, WIRE)

    assert await brought(config, url(dovecot, old.user)) == 1
    said = capsys.readouterr().out
    assert "6 mails" in said and "Brought in: 4, in 4 conversations" in said
    assert "UID 4: a draft" in said and "UID 5: larger than" in said and old.password not in said
    assert await dovecot.folder_contents(old.user, WIRE) == before
    database = await Database.open(config.database_url, migrate=False)
    async with database.read() as tx:
        first = await conversations.get(tx, ConversationId(1))
        assert first is not None and (first.subject, first.status, first.root) == ("S0", Status.CLOSED, None)
        assert sum((await outbox.depth(tx)).values()) == 0
    await database.close()

    assert await brought(config, url(dovecot, old.user)) == 1
    assert "by an earlier run: 4" in capsys.readouterr().out
    assert list((config.data_dir / "scratch").glob("import-*")) == []


async def test_what_was_thrown_away_there_is_nothing_that_is_missing(
    config: Config, dovecot: Dovecot, old: ImapAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    await dovecot.deliver(old.user, letters(1)[0])
    await dovecot.deliver(old.user, mail(id="gone@x.example", to=CONTACT), flags=["\\Deleted", "\\Seen"])
    assert await brought(config, url(dovecot, old.user, "INBOX")) == 0
    said = capsys.readouterr().out
    assert "2 mails" in said and "thrown away before: 1 mail." in said and "UID 2: thrown away" in said
    assert "no place" not in said


async def test_a_broken_connection_is_made_anew_and_each_mail_comes_once(config: Config, tmp_path: Path) -> None:
    async with Dovecot.started() as server:
        account = server.accounts[0]
        (tmp_path / "word").write_text(account.password)
        await server.deliver_many(account.user, letters(250))
        place = place_of(url(server, account.user, "INBOX"), f"file:{tmp_path / 'word'}", config, "en")
        waited: list[str] = []
        folder = OldFolder(adapters(), place, tmp_path / "scratch", LIMIT, waited.append, (0.0, 0.2, 1.0, 1.0))
        found: list[bytes | None] = []
        async for one in folder.mails():
            found.append(one.raw)
            if len(found) in (7, 230):
                await server.kill()
                await server.start()
    assert len(found) == len(set(found)) == 250 and waited


async def test_a_server_that_stays_away_ends_the_import_with_a_sentence(
    config: Config, dovecot: Dovecot, old: ImapAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    away = url(dovecot, old.user).replace(f":{dovecot.port}", ":1")
    assert await brought(config, away) == 1
    assert "not finished" in (said := capsys.readouterr().err) and "refused" in said


@pytest.mark.parametrize(
    ("changed", "password", "words"),
    [
        (("/Archives", "/Nowhere/Archives"), "env:OLD_PASSWORD", "no folder Nowhere/Archives"),
        (("", ""), "env:WRONG", "refuses the login"),
        (("", ""), "env:NOT_THERE", "NOT_THERE"),
        (("@127", ":word@127"), "env:OLD_PASSWORD", "Everybody on this machine"),
        (("@127.0.0.1", "@imap.example.org"), "env:OLD_PASSWORD", "imap.example.org"),
        (("?tls=off", "?tls=no"), "env:OLD_PASSWORD", "no URL of a folder"),
        (("?tls=off", "#a"), "env:OLD_PASSWORD", "no URL of a folder"),
        (("/Archives", "/Archives%0a"), "env:OLD_PASSWORD", "no URL of a folder"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_sentence(
    config: Config,
    dovecot: Dovecot,
    old: ImapAccount,
    changed: tuple[str, str],
    password: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WRONG", "other")
    source = url(dovecot, old.user).replace(*changed, 1) if changed[0] else url(dovecot, old.user)
    assert await brought(config, source, password) == 1
    said = capsys.readouterr()
    assert words in said.err and "Traceback" not in said.err and old.password not in said.err + said.out


def test_a_url_says_how_it_is_spoken_with(config: Config, tmp_path: Path) -> None:
    (tmp_path / "word").write_text("w")
    word = f"file:{tmp_path / 'word'}"
    one = place_of("imaps://jeanne@old.example@imap.old.example/%C3%89t%C3%A9/a%3Fb", word, config, "fr")
    imap = one.section.imap
    assert (imap.user, imap.host, imap.real_port, imap.security) == (
        "jeanne@old.example",
        "imap.old.example",
        993,
        "tls",
    )
    assert one.folder == "\u00c9t\u00e9/a?b" and imap.password.reveal() == "w" and str(one) != "w"
    two = place_of(f"imap://j%40x.example@127.0.0.1:1143?ca={tmp_path / 'ca.pem'}", word, config, "fr")
    assert (two.section.imap.security, two.folder, two.section.imap.port) == ("starttls", "INBOX", 1143)
    assert two.section.imap.ca_file == tmp_path / "ca.pem" and two.section.imap.user == "j@x.example"
    with pytest.raises(Refused):
        place_of("imap://j@imap.old.example/INBOX?tls=off", word, config, "fr")
    anywhere = config.model_copy(update={"allow_insecure": True})
    assert place_of("imap://j@imap.old.example/INBOX?tls=off", word, anywhere, "fr").section.imap.security == "none"


async def test_the_password_is_asked_for_where_somebody_sits_there(
    config: Config,
    dovecot: Dovecot,
    old: ImapAccount,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await dovecot.deliver_many(old.user, letters(2))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: old.password)
    assert await brought(config, url(dovecot, old.user, "INBOX"), None) == 0
    said = capsys.readouterr()
    assert "Brought in: 2" in said.out and old.password not in said.out + said.err
