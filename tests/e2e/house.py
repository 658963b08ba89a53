"""A bot as its own process between real servers, with a team, and a room and a mailbox for each desk."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.demo.bot_process import BotProcess
from bot.demo.matrix_user import MatrixUser, NotSeen, RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import PASSWORD, StoredMail
from bot.demo.servers.process import LOOPBACK, free_port, server_folder
from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.smtp_sink import Received, SmtpSink
from bot.demo.servers.synapse import Synapse
from bot.text.wording import template
from tests.e2e.letters import id_of, letter, new_id
from tests.fakes.forked import forked
from tests.fakes.migrated import migrated

TEAM_PASSWORD = "secret"
WAIT = 60.0
"""Seconds: far more than anything here takes on a busy machine."""
_numbers = itertools.count(1)
_LOOK_AGAIN = 0.1

Imap = Dovecot | PymapServer


@dataclass(frozen=True, slots=True)
class Desk:
    """One mailbox with its room."""

    address: str
    alias: str
    room: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Where the bot finds its servers, where that is not where they are: proxies in between."""

    homeserver: str = ""
    imap_port: int = 0
    smtp_port: int = 0


@dataclass(slots=True)
class House:
    """Everything around one bot. `bot` is its process, which the test may kill, stop and start."""

    folder: Path
    synapse: Synapse
    imap: Imap
    sink: SmtpSink
    alice: MatrixUser
    """Admin, and member of the team."""
    bob: MatrixUser
    bot_id: str
    config_room: str
    desks: tuple[Desk, ...]
    bot: BotProcess
    config: Path
    _free_desk: int = 0

    def next_desk(self) -> Desk:
        """A desk that no test has used."""
        self._free_desk += 1
        return self.desks[self._free_desk - 1]

    async def deliver(self, desk: Desk, raw: bytes, folder: str = "INBOX") -> None:
        await self.imap.deliver(desk.address, raw, folder)

    async def folder_ids(self, desk: Desk, folder: str) -> list[str]:
        """The Message-IDs in a folder, in order."""
        return [id_of(mail.raw) for mail in await self.folder_mails(desk, folder)]

    async def folder_mails(self, desk: Desk, folder: str) -> list[StoredMail]:
        return await self.imap.folder_contents(desk.address, folder)

    def seen(self, room: str) -> list[RoomEvent]:
        """What alice's syncs have seen of the bot there."""
        return [event for event in self.alice.events(room) if event.sender == self.bot_id]

    def posted(self, room: str, kind: str) -> list[RoomEvent]:
        """Events of a kind, without their edits."""
        return [event for event in self.seen(room) if event.kind == kind and event.replaces is None]

    async def wait(
        self, room: str, predicate: Callable[[RoomEvent], bool], what: str, *, timeout: float = WAIT
    ) -> RoomEvent:
        """The first event of the bot that the predicate likes."""
        return await self.alice.wait_for(
            room, lambda event: event.sender == self.bot_id and predicate(event), what=what, timeout=timeout
        )

    async def mail_event(self, desk: Desk, message_id: str, *, timeout: float = WAIT) -> RoomEvent:
        """The mail with this id in its thread."""
        return await self.wait(
            desk.room,
            lambda e: e.kind == "mail" and e.postroom.get("message_id") == message_id and e.replaces is None,
            f"the mail {message_id[:60]} in a thread",
            timeout=timeout,
        )

    async def mail_count(self, desk: Desk, count: int, *, timeout: float = WAIT) -> list[RoomEvent]:
        """Wait until so many mails are in threads of the room."""
        await self.alice.wait_until(
            lambda: len(self.posted(desk.room, "mail")) >= count,
            what=f"{count} mails in threads of {desk.address}",
            timeout=timeout,
        )
        return self.posted(desk.room, "mail")

    async def case(self, desk: Desk, raw: bytes | None = None, *, subject: str = "Une question") -> Case:
        """A new conversation: a mail comes in, and its card and thread are there."""
        raw = raw or letter(to=desk.address, id=new_id(), subject=subject)
        await self.deliver(desk, raw)
        mail = await self.mail_event(desk, id_of(raw))
        assert mail.thread is not None
        return Case(self, desk, mail.thread, mail, id_of(raw))

    async def quiet(self, desk: Desk) -> None:
        """Return when everything before now has been worked on: a mail that is delivered now is in its thread."""
        await self.case(desk, subject="The last one")


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation in its thread, and what people do there."""

    house: House
    desk: Desk
    thread: str
    mail: RoomEvent
    """The first mail in the thread."""
    message_id: str

    @property
    def number(self) -> int:
        number = self.mail.conversation
        assert number is not None
        return number

    @property
    def room(self) -> str:
        return self.desk.room

    async def say(self, text: str, *, who: MatrixUser | None = None, **more: object) -> str:
        """A message in the thread; its event id."""
        return await (who or self.house.alice).say(self.room, text, thread=self.thread, **more)  # type: ignore[arg-type]

    async def react(self, key: str, *, who: MatrixUser | None = None, to: str = "") -> str:
        return await (who or self.house.alice).react(self.room, to or self.thread, key)

    async def done(self, event: str) -> None:
        """Wait for the bot's ✅ on a command."""
        await self.house.wait(self.room, lambda e: e.reacts_to == event and e.key == "✅", "the ✅ on a command")

    async def answer(self, event: str, what: str = "an answer in words", *, timeout: float = WAIT) -> RoomEvent:
        """The bot's answer in words to a message."""
        return await answer(self.house, self.room, event, what, timeout=timeout)

    async def order(self, text: str, *, who: MatrixUser | None = None) -> str:
        """A command that is answered by ✅."""
        event = await self.say(text, who=who)
        await self.done(event)
        return event

    async def state(self, source: str, *wanted: str, timeout: float = WAIT) -> str:
        """Wait until the event of the mail that `source` asked for shows one of these states."""
        found = ""

        def says() -> bool:
            nonlocal found
            found = self.state_now(source)
            return found in wanted

        try:
            await self.house.alice.wait_until(says, what=f"the reply {' or '.join(wanted)}", timeout=timeout)
        except NotSeen as late:
            raise NotSeen(f"{late}; it is {found or 'not shown'}") from None
        return found

    def state_now(self, source: str) -> str:
        """The state that the event of a reply shows; empty where there is none."""
        for event in self.house.posted(self.room, "mail"):
            if made_of(event) == source:
                current = self.house.alice.current(self.room, event.event_id)
                return str(current.postroom.get("state")) if current is not None else ""
        return ""

    async def card(self, key: str, value: object) -> None:
        """Wait until the card says so."""
        now: object = "nothing"

        def says() -> bool:
            nonlocal now
            current = self.house.alice.current(self.room, self.thread)
            now = current.postroom.get(key) if current is not None else "nothing"
            return now == value

        try:
            await self.house.alice.wait_until(says, what=f"{key} {value} on the card", timeout=WAIT)
        except NotSeen as late:
            raise NotSeen(f"{late}; it is {now}") from None

    async def reply(self, text: str = "Bonjour Marie, **oui**.", *, who: MatrixUser | None = None) -> str:
        return await self.say(f"!reply {text}", who=who)

    async def sent(self, text: str, *, timeout: float = WAIT) -> Received:
        """The mail with these words at the SMTP server."""
        return await self.house.sink.wait_for(
            lambda mail: text.encode() in mail.raw, what=f"a mail with {text!r} at the SMTP server", timeout=timeout
        )

    async def nothing_left(self, secret: str) -> None:
        """A later reply has left, and the secret has not."""
        reply = await self.reply("The end of it.")
        await self.state(reply, "sent")
        assert not [mail for mail in self.house.sink.received if secret.encode() in mail.raw]

    async def more(self, text: str = "Encore une chose.", *, answers: str = "") -> RoomEvent:
        """Another mail of the correspondent in this conversation."""
        raw = letter(to=self.desk.address, id=new_id(), text=text, answers=answers or self.message_id)
        await self.house.deliver(self.desk, raw)
        event = await self.house.mail_event(self.desk, id_of(raw))
        assert event.thread == self.thread
        return event

    async def read(self, *who: MatrixUser) -> None:
        """These people have read the newest event of the thread."""

        def there() -> list[RoomEvent]:
            return [event for event in self.house.seen(self.room) if event.thread == self.thread]

        await self.house.alice.sync()
        await self.house.alice.wait_until(lambda: bool(there()), what="something in the thread", timeout=WAIT)
        newest = there()[-1]
        for member in who:
            # Another homeserver has it a moment later, and takes no receipt before.
            await member.wait_for(
                self.room, lambda e: e.event_id == newest.event_id, what="what is read", timeout=WAIT, say=None
            )
            await member.receipt(self.room, newest.event_id, thread=self.thread)


def words(key: str, language: str = "en") -> str:
    """The longest run of fixed words in a sentence of the catalogues, as a room shows them."""
    return max(re.split(r"\{[^}]*\}|`", template(language, key)), key=len).strip()


def made_of(event: RoomEvent) -> str:
    """The member's message that an outgoing mail was made of; its event names it for clients without threads."""
    named = event.relation.get("m.in_reply_to")
    is_out = event.kind == "mail" and event.postroom.get("direction") == "out"
    return str(named["event_id"]) if is_out and isinstance(named, Mapping) else ""


def replies_to(event: RoomEvent) -> str:
    """The event that this one answers, not only as a fallback of its thread."""
    if event.relation.get("is_falling_back"):
        return ""
    replied = event.relation.get("m.in_reply_to")
    return str(replied["event_id"]) if isinstance(replied, Mapping) else ""


async def answer(house: House, room: str, event: str, what: str, *, timeout: float = WAIT) -> RoomEvent:
    """The bot's answer in words to a message of the room."""
    return await house.wait(
        room, lambda e: replies_to(e) == event and e.kind in ("answer", "receipt", "attachment"), what, timeout=timeout
    )


async def until(ready: Callable[[], Awaitable[bool]], what: str, *, timeout: float = WAIT) -> None:
    """Look again and again until it is so.

    Raises:
        NotSeen: it was not within `timeout` seconds.
    """
    print(f"waiting for {what}")
    try:
        async with asyncio.timeout(timeout):
            while not await ready():
                await asyncio.sleep(_LOOK_AGAIN)
    except TimeoutError:
        raise NotSeen(f"{what}: not so within {timeout:g} s") from None


@asynccontextmanager
async def housed(
    synapse: Synapse,
    imap: Imap,
    *,
    desks: Sequence[Mapping[str, object]] = ({},),
    sides: Sides | None = None,
    language: str = "en",
    database: str = "",
    room_version: str | None = None,
    start: bool = True,
    is_program: bool = False,
) -> AsyncIterator[House]:
    """Rooms, accounts and a configuration of their own; the bot started and healthy.

    Args:
        desks: for each mailbox what its section of the configuration says besides or otherwise; `beside`: the number
            of the one whose room it shares.
        sides: proxies that stand before the servers.
        database: its URL; empty is a SQLite file.
        start: whether the bot is started.
        is_program: it begins as a program of its own, for what may happen while it loads.
    """
    sides = sides or Sides()
    mark = f"h{os.getpid()}-{next(_numbers)}"
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(server_folder("house"))
        sink = await stack.enter_async_context(SmtpSink.started())
        for name in ("alice", "bob", "postroom"):
            await synapse.register(f"{name}-{mark}", TEAM_PASSWORD)
        alice, bob = [
            await stack.enter_async_context(MatrixUser.logged_in(synapse.base_url, f"{name}-{mark}", TEAM_PASSWORD))
            for name in ("alice", "bob")
        ]
        bot_id = synapse.user_id(f"postroom-{mark}")
        config_room = await alice.create_room(name="Postroom", invite=[bot_id], powers={bot_id: 50})
        made: list[Desk] = []
        sections: list[Mapping[str, object]] = []
        for number, more in enumerate(desks):
            beside = more.get("beside")
            if isinstance(beside, int):
                room = made[beside].room
            else:
                room = await alice.create_room(
                    name=f"Desk {number}", invite=[bot_id, bob.user_id], powers={bot_id: 50}, room_version=room_version
                )
                await bob.join(room)
            address = await _account(imap, f"desk{number}-{mark}@monasso.org")
            desk = Desk(address, f"alias{number}-{mark}@monasso.org", room)
            made.append(desk)
            sections.append(_section(desk, imap, sink, sides, more))
        bind = f"{LOOPBACK}:{free_port()}"
        config = folder / "config.yaml"
        config.touch(mode=0o600)
        settings: dict[str, object] = {
            "matrix": {
                "homeserver": sides.homeserver or synapse.base_url,
                "user_id": bot_id,
                "password": TEAM_PASSWORD,
                "config_room": config_room,
                # They are most of what the bot sends into a new room; no test on these servers asks for them.
                "describe_commands": False,
            },
            "admins": [alice.user_id],
            "database": database or await migrated(folder / "postroom.db"),
            "data_dir": str(folder / "data"),
            "secret_key": secrets.token_hex(32),
            "language": language,
            "http": {"bind": bind},
            "mailboxes": sections,
        }
        config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
        bot = BotProcess(config, bind=bind, log=folder / "bot.log")
        bot.begins = None if is_program else forked
        stack.push_async_callback(bot.stop)
        if start:
            await bot.start()
            await bot.healthy()
        house = House(folder, synapse, imap, sink, alice, bob, bot_id, config_room, tuple(made), bot, config)
        try:
            yield house
        except BaseException:
            print(f"--- the bot's last words\n{bot.log_tail()}")
            raise


async def _account(imap: Imap, user: str) -> str:
    account = imap.add_account(user) if isinstance(imap, Dovecot) else await imap.add_account(user)
    return account.user


def _section(desk: Desk, imap: Imap, sink: SmtpSink, sides: Sides, more: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "address": desk.address,
        "name": "Mon Asso",
        "room": desk.room,
        "aliases": [desk.alias],
        "imap": {
            "host": imap.host,
            "port": sides.imap_port or imap.port,
            "security": "none",
            "user": desk.address,
            "password": PASSWORD,
            "folders": more.get("folders", ["INBOX"]),
            "sent": "Sent",
            "junk": "Junk",
        },
        "smtp": {"host": sink.host, "port": sides.smtp_port or sink.port, "security": "none"},
        "start": "all",
        "undo_seconds": 0,
        "reply_status": "pending",
        **{key: value for key, value in more.items() if key not in ("folders", "beside")},
    }
