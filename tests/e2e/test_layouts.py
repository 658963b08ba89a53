"""The whole dialogue of `!mailbox add` on servers that are laid out as providers' are, in both languages; and removed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import yaml

from bot.demo.servers.dovecot import Dovecot, Layout
from bot.demo.servers.smtp_sink import Security
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import until
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.test_mailbox_add import Newcomer, newcomer
from tests.e2e.test_mailboxes_change import is_shown
from tests.e2e.test_read_again import read_again


@dataclass(frozen=True)
class Said:
    """What an admin types in their language."""

    add: str
    new: str
    yes: str


SAID = {"en": Said("!mailbox add", "new", "!yes"), "fr": Said("!boîte ajouter", "nouveau", "!oui")}
OVH = Layout(".", "INBOX.", {"INBOX.Sent": "", "INBOX.Trash": "", "INBOX.Spam": ""})
GANDI = Layout("/", "", {"Sent": "\\Sent", "Junk": "\\Junk", "Drafts": "\\Drafts", "Archive/Été 2024": ""})


async def trusted(one: Newcomer, dovecot: Dovecot) -> None:
    """The operator lists the certificates of both servers, which no authority of the world knows."""
    given = yaml.safe_load(one.house.config.read_text())
    given["authorities"] = {
        "localhost": str(dovecot.certificate.certificate),
        one.sink.host: str(one.sink.certificate.certificate),
    }
    await read_again(one.house, yaml.safe_dump(given, allow_unicode=True), "config_read_again")


async def added(one: Newcomer, dovecot: Dovecot, smtp: str) -> None:
    said = SAID[one.language]
    await one.types(f"{said.add} {one.address}", "adding.nothing_found")
    lines = f"imap localhost {dovecot.tls_port} tls\nsmtp {one.sink.host} {one.sink.port} {smtp}"
    await one.types(lines, "adding.password")
    await one.types(one.password, "adding.room")
    await one.types(said.new, "adding.ready")
    await one.types(said.yes, "adding.done")
    assert len(one.typed) <= 6


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("layout", "security", "sent"),
    [(OVH, "starttls", "INBOX.INBOX.Sent"), (GANDI, "tls", "Sent")],
    ids=["ovh", "gandi"],
)
async def test_from_an_empty_room_to_an_answer_whose_copy_is_in_sent(
    synapse: Synapse, layout: Layout, security: Security, language: str, sent: str
) -> None:
    async with (
        Dovecot.started(layout=layout) as dovecot,
        newcomer(synapse, dovecot, language=language, security=security) as one,
    ):
        await trusted(one, dovecot)
        await added(one, dovecot, security)
        desk = await one.enters()
        await one.sends_at_once()
        case = await one.house.case(desk, letter(to=one.address, id=new_id("first")))
        reply = await case.reply("Bienvenue au club.")
        await case.state(reply, "sent")

        async def is_filed() -> bool:
            return any(b"Bienvenue au club." in mail.raw for mail in await dovecot.folder_contents(one.address, sent))

        await until(is_filed, f"the copy in {sent}")
        (left,) = [mail for mail in one.sink.received if b"Bienvenue au club." in mail.raw]
        assert (left.user, left.tls) == (one.address, True)


async def test_one_that_was_added_is_removed_and_taken_up_again_with_what_came_meanwhile(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with newcomer(synapse, dovecot) as one:
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        await one.types(one.lines, "adding.password")
        await one.types(one.password, "adding.room")
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        desk = await one.enters()
        await one.house.quiet(desk)
        await one.types(f"!mailbox remove {one.address}", "removing.ask")
        await one.types("!yes", "removing.removed")
        await one.types("!mailbox list", "mailboxes.none")
        await one.house.bot.kill()
        await one.house.bot.start()
        await one.house.bot.healthy()
        meanwhile = letter(to=one.address, id=new_id("meanwhile"))
        await dovecot.deliver(one.address, meanwhile)
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        await one.types("!cancel", "dialogue.dropped")
        assert not is_shown(one.house, desk, meanwhile)
        await one.types(f"!mailbox resume {one.address}", "pausing.served")
        await one.house.mail_event(desk, id_of(meanwhile))
