"""From two accounts to the first thread, encrypted all the way: `postroom init`, `!mailbox add`, a mail."""

from __future__ import annotations

import pytest

from bot.config import load
from bot.demo.bot_process import BotProcess
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.process import free_port
from bot.demo.servers.smtp_sink import SmtpSink
from tests.e2e.house import WAIT, until, words
from tests.e2e.letters import letter, new_id
from tests.e2e.test_init import Setting, setting
from tests.e2ee.conftest import NewElement
from tests.e2ee.test_trust import localpart

__all__ = ["setting"]


@pytest.mark.slow
async def test_an_admin_comes_from_nothing_to_the_first_thread(
    setting: Setting, dovecot: Dovecot, new_element: NewElement
) -> None:
    synapse = setting.synapse
    admin = await new_element("admin", user=localpart(setting.admin.user_id), password="password")
    account = dovecot.add_account(f"{new_id('info').partition('@')[0].strip('<')}@club.test")
    assert (await setting.init(*setting.answers, password=None, typed="of the bot\n")).status == 0
    config, bind = load(setting.file).matrix.config_room, f"127.0.0.1:{free_port()}"
    with setting.file.open("a") as out:
        out.write(f"http: {{bind: '{bind}'}}\n")
    bot = synapse.user_id(setting.bot)

    async def says(text: str, key: str, thread: str | None = None) -> str:
        """Says it in the config room, and waits for the bot's next sentence."""
        event = (await admin.do("say", room=config, text=text, thread=thread))["event"]
        await admin.do("awaitKind", room=config, kind="answer", sender=bot, words=words(key), seconds=WAIT)
        return str(event)

    async with (
        SmtpSink.started(login=(account.user, account.password)) as sink,
        BotProcess.started(setting.file, bind=bind, log=setting.folder / "bot.log") as process,
    ):
        await process.healthy()
        await admin.do("join", room=config)
        await admin.do("awaitEncryption", room=config)
        await admin.do("awaitJoined", room=config, users=[admin.user_id, bot], seconds=60)
        # Six messages, with nothing but what the bot says.
        thread = await says(f"!mailbox add {account.user}", "adding.nothing_found")
        servers = f"imap {dovecot.host} {dovecot.port} none\nsmtp {sink.host} {sink.port} none"
        await says(servers, "adding.password", thread)
        told = await says(account.password, "adding.room", thread)
        await says("new", "adding.ready", thread)
        await says("!yes", "adding.done", thread)
        assert not dict((await setting.admin.event(config, told)).content), "the password is deleted"

        async def is_invited() -> bool:
            await setting.admin.sync()
            return bool({*setting.admin.invites} - {config})

        await until(is_invited, "an invitation into the room of the mailbox")
        (room,) = {*setting.admin.invites} - {config}
        await admin.do("join", room=room)
        await admin.do("awaitEncryption", room=room)
        await dovecot.deliver(account.user, letter(to=account.user, id=new_id("first")))
        mail = await admin.do("awaitKind", room=room, kind="mail", sender=bot, words="question", seconds=WAIT)
        assert mail["content"]["body"]
        assert account.password not in process.log.read_text()
