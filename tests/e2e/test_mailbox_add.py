"""From an empty config room to the first thread, with nothing but what the bot says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import Security, SmtpSink
from bot.demo.servers.synapse import Synapse
from tests.e2e.beside_provider import Provider
from tests.e2e.house import Desk, House, housed, until, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.test_read_again import read_again

_MOST_TYPED = 6


@dataclass(slots=True)
class Newcomer:
    """An admin in front of an empty config room, and the servers of an address that no provider's table has."""

    house: House
    sink: SmtpSink
    address: str
    password: str
    typed: list[str] = field(default_factory=list)
    language: str = "en"

    async def types(self, text: str, key: str) -> str:
        """Type a message, and wait for the sentence that answers it."""
        self.typed.append(text)
        event = await self.house.alice.say(self.house.config_room, text)
        asked = words(key, self.language)
        before = self._said(asked)
        await self.house.alice.wait_until(lambda: self._said(asked) > before, what=key, timeout=90.0)
        return event

    def _said(self, asked: str) -> int:
        return sum(asked in event.body for event in self.house.seen(self.house.config_room))

    @property
    def lines(self) -> str:
        imap = self.house.imap
        return f"imap {imap.host} {imap.port} none\nsmtp {self.sink.host} {self.sink.port} none"

    async def sends_at_once(self) -> None:
        """Answers wait for no second thoughts."""
        said = {"en": "!mailbox set {} undo 0", "fr": "!boîte régler {} délai 0"}[self.language]
        await self.types(said.format(self.address), "mailbox.set")

    async def enters(self) -> Desk:
        """Go where the bot has invited."""

        async def is_invited() -> bool:
            await self.house.alice.sync()
            return bool(self.house.alice.invites)

        await until(is_invited, "an invitation")
        (room,) = self.house.alice.invites
        await self.house.alice.join(room)
        return Desk(self.address, self.address, room)


@asynccontextmanager
async def newcomer(
    synapse: Synapse,
    dovecot: Dovecot,
    *,
    language: str = "en",
    security: Security = "none",
    provider: Provider | None = None,
    passwords: Sequence[str] = ("PLAIN", "LOGIN"),
) -> AsyncIterator[Newcomer]:
    """An empty config room; with `provider` beside one, whose servers take no password of the mailbox.

    Args:
        passwords: the ways in which the SMTP server takes one.
    """
    account = dovecot.add_account(f"{new_id('info').partition('@')[0].strip('<')}@club.test")

    async def deliver(recipient: str, raw: bytes) -> None:
        if recipient == account.user:
            await dovecot.deliver(recipient, raw)

    async with (
        housed(synapse, dovecot, desks=(), start=False, language=language) as house,
        SmtpSink.started(
            security=security,
            login=(account.user, account.password) if provider is None else None,
            deliver=deliver,
            takes=provider.takes if provider is not None else None,
            passwords=passwords,
        ) as sink,
    ):
        given = yaml.safe_load(house.config.read_text())
        # The room of this house is not encrypted, which the operator has allowed.
        given["matrix"]["allow_insecure_secrets"] = True
        if provider is not None:
            provider.user = account.user
            provider.is_beside(house.bot)
            given["oauth"] = {provider.names.section: provider.client}
            given["authorities"] = {provider.names.imap: str(dovecot.certificate.certificate)}
        house.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await house.bot.start()
        await house.bot.healthy()
        yield Newcomer(house, sink, account.user, account.password, language=language)


async def test_six_messages_lead_from_an_empty_room_to_the_first_thread(synapse: Synapse, dovecot: Dovecot) -> None:
    async with newcomer(synapse, dovecot) as one:
        house = one.house
        of_before = letter(to=one.address, id=new_id("before"))
        await dovecot.deliver(one.address, of_before)
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        await one.types(one.lines, "adding.password")
        told = await one.types(one.password, "adding.room")
        assert not dict((await house.alice.event(house.config_room, told)).content), "the password is deleted"
        await one.types("new", "adding.earlier")
        await one.types("all", "adding.ready")
        await one.types("!yes", "adding.done")
        assert len(one.typed) <= _MOST_TYPED
        arrived = "A test mail to itself: arrived in INBOX after"
        await house.wait(house.config_room, lambda e: arrived in e.body, "the mail that it sends to itself")
        # The second goes to a plus address, of which this server knows nothing.
        sent, marked = (mail.raw for mail in one.sink.received)
        desk = await one.enters()
        await one.sends_at_once()

        case = await house.case(desk, letter(to=one.address, id=new_id("first")))
        reply = await case.reply("Welcome to the club.")
        await case.state(reply, "sent")
        (left,) = [mail for mail in one.sink.received if b"Welcome to the club." in mail.raw]
        assert left.user == one.address
        posted = await house.alice.messages(desk.room)
        ids = [e.postroom.get("message_id") for e in posted if e.kind == "mail" and e.replaces is None]
        assert ids.count(id_of(of_before)) == 1, "what was there before came as well"
        assert id_of(sent) not in ids and id_of(marked) not in ids
        assert sent not in [mail.raw for mail in await dovecot.folder_contents(one.address, "INBOX")]

        # It stands in no file, and is served after a restart all the same.
        await house.bot.stop()
        await house.bot.start()
        await house.bot.healthy()
        await house.quiet(desk)
        assert one.password not in house.bot.log.read_text()


async def test_a_wrong_certificate_and_a_wrong_password_are_told_and_mended(synapse: Synapse, dovecot: Dovecot) -> None:
    async with newcomer(synapse, dovecot) as one:
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        imap = one.house.imap
        assert isinstance(imap, Dovecot)
        await one.types(one.lines.replace(f"{imap.port} none", f"{imap.tls_port} tls"), "adding.password")
        await one.types(one.password, "password.imap_away")
        await one.types(one.lines, "adding.room")
        await one.types("!back", "adding.password")
        await one.types("a wrong one", "password.imap_refused")
        await one.types(one.password, "adding.room")
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        await one.house.quiet(await one.enters())


async def test_a_server_with_an_own_authority_is_reached_where_the_operator_lists_it(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with newcomer(synapse, dovecot) as one:
        given = yaml.safe_load(one.house.config.read_text())
        given["authorities"] = {"localhost": str(dovecot.certificate.certificate)}
        await read_again(one.house, yaml.safe_dump(given, allow_unicode=True), "config_read_again")
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        lines = one.lines.replace(f"{dovecot.host} {dovecot.port} none", f"localhost {dovecot.tls_port} tls")
        await one.types(lines, "adding.password")
        await one.types(one.password, "adding.room")
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        await one.house.quiet(await one.enters())
