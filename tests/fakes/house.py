"""A whole bot on fakes at the ports and a real database, driven step by step; it can die and be started again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.adapters.vault import KeyVault
from bot.domain.calls import LoginCall
from bot.domain.credentials import Lack, PasswordReference
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Signer
from bot.flows.deliver.bytes_again import BytesAgain
from bot.flows.deliver.chat import ChatCaller
from bot.flows.deliver.deliver import Deliver
from bot.flows.deliver.follow import follow_admins, follow_configuration
from bot.flows.deliver.mail import MailCaller
from bot.flows.deliver.mailbox_look import KnownWays
from bot.flows.deliver.recover import recover
from bot.flows.deliver.trial import TrialCaller
from bot.flows.keep.lost_events import LostEvents
from bot.flows.keep.outages import Outages
from bot.flows.keep.passwords import given
from bot.flows.keep.restored import look
from bot.flows.keep.rooms import RoomKeeper
from bot.flows.keep.run_marks import RunMarks
from bot.flows.keep.spaces import look_at_all
from bot.flows.pump.chat import ChatPump
from bot.flows.pump.mail import MailPump, Start
from bot.flows.pump.timers import Timers
from bot.flows.step.settings import Settings
from bot.flows.step.step import Step
from bot.ports import Folders, Member, NotRead, Submission
from bot.reader.reading import Reader
from storage import cursors, members, outbox
from storage.blobs import Blobs
from storage.cursors import FolderCursor
from storage.database import Database
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM, FakeChat, FakeHomeserver
from tests.fakes.clock import FakeClock
from tests.fakes.finder import FakeFinder
from tests.fakes.mail import FakeFolders, FakeInbox, FakeProvider, FakeSubmission
from tests.fakes.migrated import migrated
from tests.fakes.reading import ReaderHere
from tests.fakes.sign_ins import FakeSignIns

MAILBOX = MailboxSettings(
    MailboxId("contact@asso.example"),
    "contact@asso.example",
    "Mon Asso",
    ROOM,
    aliases=("asso@asso.example",),
    undo_seconds=20,
    sent="Sent",
    junk="Junk",
    trusted_authserv=("mx.asso.example",),
)
PAUSES = (0.0, 16.0, 30.0, 16.0, 70.0, 16.0)
"""Seconds: past every pause that nobody has to wait for in the clock's own time."""
VAULT = KeyVault(b"a key for the tests of 32 bytes.")
INSTANCE = Instance(BOT, (ALICE,), CONFIG, "en", ("localhost",), (MAILBOX,), "Europe/Paris")


@dataclass(slots=True, repr=False)
class House:
    """`boundaries`, `homeserver`, `provider` and the files live on when the process dies.

    Without a text of all it holds: asyncio's runner makes one of whatever a fixture gave, some six times a test.
    """

    folder: Path
    boundaries: Boundaries = field(default_factory=Boundaries)
    clock: FakeClock = field(default_factory=FakeClock)
    instance: Instance = INSTANCE
    start: Start = "all"
    reader: Reader = field(default_factory=ReaderHere)
    finder: FakeFinder = field(default_factory=FakeFinder)
    pages: FakeSignIns = field(default_factory=FakeSignIns)
    homeserver: FakeHomeserver = field(init=False)
    provider: FakeProvider = field(init=False)
    step: Step = field(init=False)
    deliver: Deliver = field(init=False)
    pumps: list[MailPump] = field(init=False)
    timers: Timers = field(init=False)
    marks: RunMarks = field(init=False)
    keeper: RoomKeeper = field(init=False)
    chat_pump: ChatPump = field(init=False)
    database: Database | None = None
    referred: dict[str, str] = field(default_factory=dict)
    """The passwords that lie outside of the house, by reference."""
    meanwhile: Callable[[], Awaitable[None]] | None = None
    _opened: dict[tuple[MailboxId, str], tuple[object, FolderCursor]] = field(default_factory=dict)
    """How each folder stood when it was read last, and how far."""
    url: str = ""
    """Of another database than a SQLite file of its own."""

    def __post_init__(self) -> None:
        self.homeserver = FakeHomeserver(self.boundaries, now=lambda: self.clock.at)
        people = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
        self.homeserver.members[ROOM] = people
        self.homeserver.members[CONFIG] = people
        self.provider = FakeProvider(self.boundaries)
        self.pages.boundaries = self.boundaries

    async def open(self) -> None:
        """What a start of the process does."""
        own = self.folder / "postroom.db"
        self.database = await Database.open(self.url or await migrated(own), migrate=bool(self.url))
        step = self.step = Step(
            self.database,
            Blobs(self.folder / "blobs"),
            Settings(self.instance),
            Signer(b"a secret of the tests"),
            self.clock,
            VAULT,
        )
        await follow_configuration(step)
        await follow_admins(step)
        outages = Outages(step)
        chat = FakeChat(self.homeserver)
        mailbox = self.instance.mailboxes[0]
        caller = MailCaller(mailbox, FakeFolders(self.provider), FakeSubmission(self.provider), step)

        async def served(asked: MailboxId) -> Folders | None:
            return caller.folders if asked == mailbox.id else None

        again = BytesAgain(step, served, self.reader)
        self.deliver = Deliver(step, ChatCaller(chat, step, again), {mailbox.id: caller}, outages, "owner")
        self.deliver.trial = TrialCaller(
            step, self._ways_to_try, self.finder, self._read, self.pages, self._known, self._paused
        )
        await recover(step, self.deliver.channels)
        async with self.database.write() as tx:
            for room, present in self.homeserver.members.items():
                await members.replace_all(tx, room, [(m.user, m.display_name) for m in present])
        reader = self.reader
        self._opened.clear()
        roles = (("INBOX", FolderRole.INBOX), ("Sent", FolderRole.SENT), ("Junk", FolderRole.JUNK))
        self.pumps = [
            MailPump(
                mailbox,
                name,
                role,
                FakeInbox(self.provider, name),
                self.start if role is FolderRole.INBOX else "new",
                step,
                reader,
                self.folder,
                outages,
            )
            for name, role in roles
        ]
        self.marks = RunMarks(step, chat, self.folder)
        self.timers = Timers(step)
        self.keeper = RoomKeeper(chat, step, outages, self.deliver.changed_rooms)
        self.chat_pump = ChatPump(
            chat,
            step,
            outages,
            "DEVICE",
            lost=lambda room: None,
            changed=self.keeper.changed,
            synced=lambda: None,
            looked=partial(look, step, self.marks),
            returned=LostEvents(chat, step).look,
        )
        await self.chat_pump.begin()
        # As if the keeper had looked at them all.
        step.rooms.looked.update(m.room for m in step.settings.known.mailboxes)
        step.settings.listeners.append(lambda _, now: step.rooms.looked.update(m.room for m in now.mailboxes))
        await look_at_all(step)

    async def _paused(self, seconds: float) -> None:
        """While somebody waits for a mail server, time goes on, and so does what is done in `meanwhile`."""
        self.clock.forward(seconds)
        if self.meanwhile is not None:
            await self.meanwhile()

    def _ways_to_try(self, call: LoginCall, password: str) -> tuple[Folders, Submission] | None:
        if call.ways is None and all(one.id != call.mailbox for one in self.instance.mailboxes):
            return None
        return FakeFolders(self.provider, password), FakeSubmission(self.provider, password)

    async def _read(self, mailbox: MailboxId, reference: PasswordReference) -> str:
        if reference.written not in self.referred:
            raise NotRead(Lack.MISSING)
        return self.referred[reference.written]

    async def _known(self, mailbox: MailboxId) -> KnownWays | None:
        if self.step.settings.known.mailbox(mailbox) is None:
            return None
        async with self.step.database.read() as tx:
            words = await given(tx, await self.step.settings.read(tx), VAULT, (mailbox,))
        word = words.get(mailbox) or "of the file"
        if isinstance(word, PasswordReference):
            word = await self._read(mailbox, word)
        return KnownWays(FakeFolders(self.provider, word), FakeSubmission(self.provider, word), True, (word,))

    async def close(self) -> None:
        if self.database is not None:
            await self.database.close()
            self.database = None

    async def round(self) -> bool:
        """One turn of every loop; whether anything happened."""
        busy = False
        for pump in self.pumps:
            place = pump.mailbox.id, pump.folder
            stands = pump.inbox.stands() if isinstance(pump.inbox, FakeInbox) else None
            before, cursor = self._opened.pop(place, (None, None))
            # As the pump itself does: a folder stays open until something is heard of it.
            cursor = cursor if cursor and stands and stands == before else await pump.open()
            self._opened[place] = stands, await pump.catch_up(cursor)
        async with self.step.database.read() as tx:
            since = await cursors.token(tx, "DEVICE")
        first = self.chat_pump.first(since)
        busy = first is not None and bool(first.inputs)
        batch = first if first and busy else await self.deliver.chat.chat.sync(since, timeout=0)
        self.chat_pump.heed(batch)
        await self.keeper.looks.look_due()
        for one in batch.inputs:
            self.boundaries.cross("input")
            await self.step.take(one)
            busy = True
        if batch.next_batch != since:
            async with self.step.database.write() as tx:
                await cursors.set_token(tx, "DEVICE", batch.next_batch)
        await self.timers.tick()
        for claimed in await self.deliver.claim():
            self.boundaries.cross("claimed")
            await self.deliver.make(claimed)
            self.boundaries.cross("made")
            await self.deliver.settle()
            busy = True
        return busy

    async def settle(self, seconds: Sequence[float] = PAUSES) -> None:
        """Run until nothing happens any more, the clock going on by these steps."""
        for pause in seconds:
            self.clock.forward(pause)
            for _ in range(200):
                if not await self.round():
                    break
            else:
                raise AssertionError("the house does not come to rest")

    async def open_calls(self) -> int:
        async with self.step.database.read() as tx:
            return sum((await outbox.depth(tx)).values())
