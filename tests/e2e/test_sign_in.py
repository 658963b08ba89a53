"""A mailbox at a provider that takes no password: signed in to in the config room, and again when that is over."""

from __future__ import annotations

import re
from pathlib import Path

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.proxy import TcpProxy
from bot.demo.servers.synapse import Synapse
from tests.e2e.beside_provider import GOOGLE, MICROSOFT, Provider
from tests.e2e.house import Desk, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.test_mailbox_add import Newcomer, newcomer


async def break_off(one: Newcomer, wire: TcpProxy) -> None:
    """Both servers end every connection: the next one logs in anew."""
    await wire.cut()
    await one.sink.stop()
    await one.sink.start()


async def agrees(one: Newcomer, provider: Provider, key: str) -> None:
    """Sign in at the page, and wait until the bot says so."""
    said = words(key)
    provider.agrees()
    await one.house.wait(one.house.config_room, lambda e: said in e.body, key)


def times(one: Newcomer, desk: Desk, id: str) -> int:
    """How often a mail is in threads."""
    return sum(event.postroom.get("message_id") == id for event in one.house.posted(desk.room, "mail"))


def left(one: Newcomer, text: str) -> int:
    """How often a mail with these words left."""
    return sum(text.encode() in mail.raw for mail in one.sink.received)


async def test_a_mailbox_is_signed_in_to_stays_so_and_is_signed_in_to_again(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        Provider.founded(tmp_path) as provider,
        Dovecot.started(name=MICROSOFT.imap, tokens=provider.tokens) as dovecot,
        TcpProxy.started(dovecot.host, dovecot.tls_port) as wire,
        newcomer(synapse, dovecot, provider=provider) as one,
    ):
        house = one.house
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        sink = one.sink
        lines = f"imap {MICROSOFT.imap} {wire.port} tls\nsmtp {sink.host} {sink.port} none"
        await one.types(lines, "sign_in.device")
        await agrees(one, provider, "adding.room")
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        desk = await one.enters()
        await one.sends_at_once()
        case = await house.case(desk, letter(to=one.address, id=new_id("first")))
        await case.state(await case.reply("Signed in."), "sent")
        assert {mail.user for mail in sink.received} == {one.address}
        assert set(sink.logins) == {"XOAUTH2"} and "method=XOAUTH2, " in dovecot.log_tail()

        # The tokens of now are over before their time, and others are asked for by themselves.
        provider.pages.access.clear()
        before = provider.refreshed()
        await break_off(one, wire)
        meanwhile = letter(to=one.address, id=new_id("meanwhile"))
        await dovecot.deliver(one.address, meanwhile)
        await case.state(await case.reply("Refreshed."), "sent")
        await house.mail_event(desk, id_of(meanwhile))
        assert provider.refreshed() > before
        assert not [event for event in house.seen(house.config_room) if words("service.imap_sign_in") in event.body]

        # Somebody has taken the access back.
        provider.pages.refresh.clear()
        provider.pages.access.clear()
        await break_off(one, wire)
        waits = letter(to=one.address, id=new_id("waits"))
        await dovecot.deliver(one.address, waits)
        reply = await case.reply("After the new consent.")
        for key in ("service.imap_sign_in", "service.smtp_sign_in"):
            said = words(key)
            told = await house.wait(house.config_room, lambda e, said=said: said in e.body, key)  # type: ignore[misc]
            assert f"!mailbox password {one.address}" in told.body and "Microsoft" in told.body
            assert not [event for event in house.seen(desk.room) if said in event.body]
        assert not times(one, desk, id_of(waits)) and not left(one, "After the new consent.")

        await one.types(f"!mailbox password {one.address}", "sign_in.device")
        await agrees(one, provider, "sign_in.done")
        await house.mail_event(desk, id_of(waits))
        # At once: its next try by itself would be a minute later, or an hour.
        await case.state(reply, "sent", timeout=20.0)
        await house.quiet(desk)
        for mail in (meanwhile, waits):
            assert times(one, desk, id_of(mail)) == 1
        for text in ("Signed in.", "Refreshed.", "After the new consent."):
            assert left(one, text) == 1
        log = house.bot.log.read_text()
        assert not [token for token in provider.shown if token in log]
        assert provider.shown and not [token for token in provider.pages.refresh if token in log]


async def test_at_google_the_address_that_the_browser_ends_at_is_pasted(synapse: Synapse, tmp_path: Path) -> None:
    """The way to a link, and back with a code: no device code gets the scope of mail there."""
    async with (
        Provider.founded(tmp_path, GOOGLE) as provider,
        Dovecot.started(name=GOOGLE.imap, tokens=provider.tokens) as dovecot,
        TcpProxy.started(dovecot.host, dovecot.tls_port) as wire,
        newcomer(synapse, dovecot, provider=provider) as one,
    ):
        house = one.house
        await one.types(f"!mailbox add {one.address}", "adding.nothing_found")
        lines = f"imap {GOOGLE.imap} {wire.port} tls\nsmtp {one.sink.host} {one.sink.port} none"
        await one.types(lines, "sign_in.page")
        said = "\n".join(event.body for event in house.seen(house.config_room))
        (page,) = set(re.findall(r"https://accounts\.google\.com/\S+", said))
        ends_at = provider.pages.opened(page)
        pasted = [await one.types(re.sub(r"state=\w+", "state=another", ends_at), "sign_in.bad_answer")]
        pasted.append(await one.types(ends_at, "adding.room"))
        for event in pasted:
            assert not dict((await house.alice.event(house.config_room, event)).content), "it is deleted"
        await one.types("new", "adding.ready")
        await one.types("!yes", "adding.done")
        desk = await one.enters()
        await one.sends_at_once()
        case = await house.case(desk, letter(to=one.address, id=new_id("first")))
        await case.state(await case.reply("Signed in."), "sent")
        assert set(one.sink.logins) == {"XOAUTH2"} and "method=XOAUTH2, " in dovecot.log_tail()

        # Google's refresh token stays the same.
        provider.pages.rotates = False
        provider.pages.access.clear()
        await break_off(one, wire)
        meanwhile = letter(to=one.address, id=new_id("meanwhile"))
        await dovecot.deliver(one.address, meanwhile)
        await case.state(await case.reply("Refreshed."), "sent")
        await house.mail_event(desk, id_of(meanwhile))
        assert left(one, "Signed in.") == left(one, "Refreshed.") == 1
        log = house.bot.log.read_text()
        secret = (*provider.shown, *provider.pages.refresh, ends_at, ends_at.partition("code=")[2].partition("&")[0])
        assert provider.shown and not [words for words in secret if words in log]
