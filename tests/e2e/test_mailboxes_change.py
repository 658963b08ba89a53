"""Mailboxes are added, changed, paused and removed while mails are on their way: each arrives, and once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest_asyncio
import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.smtp_sink import SlowAnswer
from bot.demo.servers.synapse import Synapse
from bot.domain.ids import MailboxId
from bot.domain.merged import PAUSED, REMOVED, STANDING, mailbox_scope
from storage import settings
from storage.database import Conflict, Database, StorageAway
from tests.e2e.house import Case, Desk, House, housed, replies_to, until, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.test_read_again import read_again

_SLOW = 8.0
"""Seconds that the server takes over a mail in flight: longer than it takes to know of another setting."""


@pytest_asyncio.fixture
async def own(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    async with housed(synapse, dovecot, desks=[{}, {}]) as one:
        yield one


@dataclass(frozen=True, slots=True)
class Flight:
    """A reply that the server has and has not answered yet, and mails that come in at that moment."""

    case: Case
    reply: str
    words: str
    coming: Sequence[bytes]

    async def left_once(self) -> None:
        await self.case.state(self.reply, "sent")
        assert sum(self.words.encode() in one.raw for one in self.case.house.sink.received) == 1

    async def came_once(self, *more: bytes) -> None:
        own, desk = self.case.house, self.case.desk
        ids = [id_of(raw) for raw in (*self.coming, *more)]
        for id in ids:
            await own.mail_event(desk, id)
        await own.quiet(desk)
        shown = [event.postroom.get("message_id") for event in own.posted(desk.room, "mail")]
        assert [id for id in ids if shown.count(id) != 1] == []


async def in_flight(own: House, desk: Desk) -> Flight:
    case, words = await own.case(desk), f"In flight {new_id('words')[1:20]}."
    own.sink.fail(SlowAnswer(_SLOW))
    before = len(own.sink.attempts)
    reply = await case.reply(words)
    await until(lambda: _any_slow(own, before), "a mail that the server does not answer yet")
    coming = [letter(to=desk.address, id=new_id("coming")) for _ in range(3)]
    for raw in coming:
        await own.deliver(desk, raw)
    return Flight(case, reply, words, coming)


async def _any_slow(own: House, before: int) -> bool:
    return any(attempt.answer == "slow" for attempt in own.sink.attempts[before:])


async def stands(own: House, desk: Desk, value: str | None) -> None:
    """Change the row that says whether a mailbox is served, as another process does."""
    url = yaml.safe_load(own.config.read_text())["database"]
    database = await Database.open(url, migrate=False)
    try:
        while True:
            try:
                async with database.write() as tx:
                    await settings.change_alone(tx)
                    scope = mailbox_scope(MailboxId(desk.address))
                    await settings.put(tx, scope, STANDING, value, None, datetime.now(UTC))
            except (Conflict, StorageAway):
                await asyncio.sleep(0.05)
            else:
                return
    finally:
        await database.close()


async def logged(own: House, event: str, count: int) -> None:
    async def is_there() -> bool:
        return own.bot.log.read_text().count(event) >= count

    await until(is_there, f"{event} in the log")


def is_shown(own: House, desk: Desk, raw: bytes) -> bool:
    return id_of(raw) in [event.postroom.get("message_id") for event in own.posted(desk.room, "mail")]


async def test_one_that_is_added_disturbs_no_mail_of_another(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{}, {}], start=False) as own:
        first, second = own.desks
        given = yaml.safe_load(own.config.read_text())
        own.config.write_text(yaml.safe_dump({**given, "mailboxes": given["mailboxes"][:1]}, allow_unicode=True))
        await own.bot.start()
        await own.bot.healthy()
        flight = await in_flight(own, first)
        waiting = letter(to=second.address, id=new_id("before"))
        await own.deliver(second, waiting)
        await read_again(own, yaml.safe_dump(given, allow_unicode=True), "config_read_again")
        assert flight.case.state_now(flight.reply) != "sent"
        await own.mail_event(second, id_of(waiting))
        await flight.left_once()
        await flight.came_once()
        added = await in_flight(own, second)
        await added.left_once()
        await added.came_once()
        await own.bot.healthy()


async def test_another_password_is_taken_once_the_mail_in_flight_has_left(own: House) -> None:
    desk, other = own.desks
    given = yaml.safe_load(own.config.read_text())
    one = given["mailboxes"][0]
    wrong = {**given, "mailboxes": [{**one, "imap": {**one["imap"], "password": "wrong"}}, *given["mailboxes"][1:]]}
    flight = await in_flight(own, desk)
    await read_again(own, yaml.safe_dump(wrong, allow_unicode=True), "config_read_again")
    await flight.left_once()
    kept = letter(to=desk.address, id=new_id("kept"))
    await own.deliver(desk, kept)
    await own.quiet(other)
    assert not is_shown(own, desk, kept)
    again = await in_flight(own, other)
    await read_again(own, yaml.safe_dump(given, allow_unicode=True), "config_read_again")
    await again.left_once()
    await again.came_once()
    await flight.came_once(kept)
    await own.bot.healthy()


async def test_one_that_is_paused_ends_its_mail_in_flight_and_goes_on_where_it_was(own: House) -> None:
    desk, other = own.desks
    flight = await in_flight(own, desk)
    await stands(own, desk, PAUSED)
    await flight.left_once()
    await logged(own, "mailbox_stopped", 1)
    kept = letter(to=desk.address, id=new_id("kept"))
    await own.deliver(desk, kept)
    held = await flight.case.reply("Held back.")
    await own.quiet(other)
    assert not is_shown(own, desk, kept)
    assert not [one for one in own.sink.received if b"Held back." in one.raw]
    await own.bot.healthy()

    # A restart does not serve it either.
    await own.bot.stop()
    await own.bot.start()
    await own.bot.healthy()
    await own.quiet(other)
    assert not is_shown(own, desk, kept)

    await stands(own, desk, None)
    await flight.case.state(held, "sent")
    await flight.came_once(kept)
    assert sum(b"Held back." in one.raw for one in own.sink.received) == 1
    await own.bot.healthy()


async def test_one_that_is_removed_ends_its_mail_in_flight_and_has_nothing_to_say_any_more(own: House) -> None:
    desk, other = own.desks
    flight = await in_flight(own, desk)
    await stands(own, desk, REMOVED)
    await flight.left_once()
    await logged(own, "mailbox_stopped", 1)
    kept = letter(to=desk.address, id=new_id("kept"))
    await own.deliver(desk, kept)
    unheard = await flight.case.reply("Nobody hears this.")
    gone = words("error.removed")
    await own.wait(desk.room, lambda e: gone in e.body, "that the mailbox was removed")
    # What comes later in both ways, by mail and by the sync, has been worked on.
    later = await own.case(other, subject="The last one")
    await later.order("!note Heard later.")
    assert not is_shown(own, desk, kept)
    assert flight.case.state_now(unheard) == ""
    await own.bot.healthy()

    await stands(own, desk, None)
    await flight.came_once(kept)
    await flight.case.nothing_left("Nobody hears this.")
    await own.bot.healthy()


async def test_one_that_is_archived_is_read_and_sends_nothing_until_it_is_taken_up_again(own: House) -> None:
    desk, other = own.desks
    flight = await in_flight(own, desk)
    await commands(own, f"!mailbox archive {desk.address}", "error.leaving")
    await flight.left_once()
    await commands(own, f"!mailbox archive {desk.address}", "archiving.archived")
    await logged(own, "mailbox_stopped", 1)
    kept = letter(to=desk.address, id=new_id("kept"))
    await own.deliver(desk, kept)
    await own.bot.stop()
    await own.bot.start()
    await own.bot.healthy()
    await flight.case.reply("Nobody sends this.")
    shut = words("error.archived")
    await own.wait(desk.room, lambda e: shut in e.body, "that the mailbox is archived")
    shown = await flight.case.say("!show")
    read = await own.wait(desk.room, lambda e: replies_to(e) == shown, "the conversation")
    assert shut not in read.body
    await commands(own, f"!mailbox test {desk.address}", "trying.works")
    await commands(own, f"!mailbox folders {desk.address}", "folders.rests")
    await own.quiet(other)
    assert not is_shown(own, desk, kept)
    await commands(own, f"!mailbox resume {desk.address}", "pausing.served")
    await flight.came_once(kept)
    await flight.case.nothing_left("Nobody sends this.")
    await own.bot.healthy()


async def commands(own: House, words_: str, key: str) -> None:
    """Given in the config room, and answered so."""
    wanted = words(key)
    await own.alice.say(own.config_room, words_)
    await own.wait(own.config_room, lambda e: wanted in e.body, f"the answer to {words_}")


async def test_a_password_told_in_the_config_room_is_taken_once_the_mail_in_flight_has_left(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    """Told in a room that is not encrypted, which the operator has allowed."""
    async with housed(synapse, dovecot, start=False) as own:
        (desk,) = own.desks
        given = yaml.safe_load(own.config.read_text())
        given["matrix"]["allow_insecure_secrets"] = True
        own.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await own.bot.start()
        await own.bot.healthy()
        flight = await in_flight(own, desk)
        await own.alice.say(own.config_room, f"!mailbox password {desk.address}")
        asked = words("password.asked")
        await own.wait(own.config_room, lambda e: asked in e.body, "the question for the password")
        told = await own.alice.say(own.config_room, given["mailboxes"][0]["imap"]["password"])
        done = words("password.done")
        await own.wait(own.config_room, lambda e: done in e.body, "that the password is in use")
        assert not dict((await own.alice.event(own.config_room, told)).content)
        await flight.left_once()
        await flight.came_once()
        await logged(own, "mailbox_started", 2)
        again = await in_flight(own, desk)
        await again.left_once()
        await again.came_once()
        await own.bot.healthy()
