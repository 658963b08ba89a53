"""A whole small house on loopback: homeserver, IMAP and SMTP servers, team, rooms, configuration and the bot."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from bot.demo import mails
from bot.demo.bot_process import BotProcess
from bot.demo.correspondents import Correspondents
from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot, dovecot_binary
from bot.demo.servers.imap_server import PASSWORD, ImapAccount
from bot.demo.servers.process import LOOPBACK, ServerMissing, free_port, server_folder
from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.smtp_sink import SmtpSink
from bot.demo.servers.synapse import Synapse

Imap = Dovecot | PymapServer
ImapKind = Literal["dovecot", "pymap"]

TEAM_PASSWORD = "demo"
BOT_PASSWORD = "postroom"
BOT_POWER = 50
_ACCOUNTS = (
    ImapAccount(user=mails.MAILBOX, password=PASSWORD),
    ImapAccount(user=mails.SECOND, password=PASSWORD),
    ImapAccount(user=mails.CAMILLE, password=PASSWORD),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """The stage before the bot starts: everything that it talks to, and its configuration."""

    folder: Path
    synapse: Synapse
    imap: Imap
    sink: SmtpSink
    alice: MatrixUser
    """Admin, and member of the team."""
    bob: MatrixUser
    """Member of the team."""
    bot_id: str
    room: str
    config_room: str
    config: Path
    bind: str
    """Where the bot's /health is."""
    second_sink: SmtpSink | None = None
    """The submission server of the mailbox that is added while the bot runs, if one is."""

    def bot(self) -> BotProcess:
        """The bot, not yet started."""
        return BotProcess(self.config, bind=self.bind, log=self.folder / "bot.log")


def installed_imap() -> ImapKind:
    """Dovecot where it is installed, as the nearest to what people have; pymap otherwise."""
    try:
        dovecot_binary()
    except ServerMissing:
        return "pymap"
    return "dovecot"


@asynccontextmanager
async def staged(
    *,
    imap: ImapKind | None = None,
    language: str = "en",
    undo_seconds: int = 20,
    answering: bool = False,
    heard: Callable[[str, str], None] = lambda what, address: None,
    tell: Callable[[str], None] = lambda part: None,
    homeserver_port: int | None = None,
    crowd: int = 1,
    has_second: bool = False,
) -> AsyncIterator[Stage]:
    """Set all of it up in a temporary folder, and take all of it away at the end.

    Args:
        answering: whether Camille answers replies by herself.
        heard: see `Correspondents`.
        tell: called with the part that is started next: `homeserver`, `mail`, `team`.
        crowd: connections that share one process of Dovecot.
        has_second: a second mailbox is to be added by its dialogue; the rooms are not encrypted, which is allowed.

    Raises:
        ServerMissing: a program is not installed.
        ServerFailed: a server did not start.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(server_folder("demo"))
        tell("homeserver")
        synapse = await stack.enter_async_context(Synapse.started(folder / "synapse", port=homeserver_port))
        tell("mail")
        server: Imap
        if (imap or installed_imap()) == "dovecot":
            server = await stack.enter_async_context(Dovecot.started(accounts=_ACCOUNTS, crowd=crowd))
        else:
            server = await stack.enter_async_context(PymapServer.started(accounts=_ACCOUNTS))
        correspondents = Correspondents(server, answering=answering, heard=heard)
        stack.push_async_callback(correspondents.close)
        sink = await stack.enter_async_context(SmtpSink.started(deliver=correspondents))
        second: SmtpSink | None = None
        if has_second:
            login = (mails.SECOND, PASSWORD)
            second = await stack.enter_async_context(SmtpSink.started(login=login, deliver=correspondents))

        tell("team")
        await synapse.register("alice", TEAM_PASSWORD)
        await synapse.register("bob", TEAM_PASSWORD)
        await synapse.register("postroom", BOT_PASSWORD)
        alice = await stack.enter_async_context(MatrixUser.logged_in(synapse.base_url, "alice", TEAM_PASSWORD))
        bob = await stack.enter_async_context(MatrixUser.logged_in(synapse.base_url, "bob", TEAM_PASSWORD))
        bot_id = synapse.user_id("postroom")
        room = await alice.create_room(name=mails.MAILBOX_NAME, powers={bot_id: BOT_POWER})
        config_room = await alice.create_room(name="Postroom", powers={bot_id: BOT_POWER})
        await alice.invite(room, bob.user_id)
        await bob.join(room)
        await alice.invite(room, bot_id)
        await alice.invite(config_room, bot_id)

        bind = f"{LOOPBACK}:{free_port()}"
        settings: dict[str, object] = {
            "matrix": {
                "homeserver": synapse.base_url,
                "user_id": bot_id,
                "password": BOT_PASSWORD,
                "config_room": config_room,
                "allow_insecure_secrets": has_second,
            },
            "admins": [alice.user_id],
            "database": f"sqlite:///{folder / 'postroom.db'}",
            "data_dir": str(folder / "data"),
            "secret_key": secrets.token_hex(32),
            "language": language,
            "http": {"bind": bind},
            "mailboxes": [
                {
                    "address": mails.MAILBOX,
                    "name": mails.MAILBOX_NAME,
                    "room": room,
                    "aliases": ["asso@monasso.org"],
                    "imap": {
                        "host": server.host,
                        "port": server.port,
                        "security": "none",
                        "user": mails.MAILBOX,
                        "password": PASSWORD,
                        "folders": ["INBOX"],
                        "sent": "Sent",
                        "junk": "Junk",
                    },
                    "smtp": {"host": sink.host, "port": sink.port, "security": "none"},
                    "start": "all",
                    "undo_seconds": undo_seconds,
                    "reply_status": "pending",
                }
            ],
        }
        config = folder / "config.yaml"
        config.touch(mode=0o600)
        config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
        yield Stage(
            folder=folder,
            synapse=synapse,
            imap=server,
            sink=sink,
            alice=alice,
            bob=bob,
            bot_id=bot_id,
            room=room,
            config_room=config_room,
            config=config,
            bind=bind,
            second_sink=second,
        )
