"""Builds, joins, starts and ends everything that runs. Nothing else does."""

import asyncio
import socket
import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from importlib.metadata import version

import structlog

from bot.accounts import Doors, Session, adapters
from bot.adapters.imap.special_use import find_special_folder
from bot.adapters.oauth import Tokens
from bot.config import (
    Config,
    ConfigMistakes,
    MailboxSection,
    mailbox_id,
    needs_restart,
    start_of,
    to_instance,
)
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole
from bot.domain.planned import CHAT, TRIAL
from bot.domain.settings import Instance, MailboxSettings
from bot.flows.deliver.bytes_again import BytesAgain
from bot.flows.deliver.chat import ChatCaller
from bot.flows.deliver.deliver import Deliver, channels_of
from bot.flows.deliver.follow import follow_admins, follow_configuration, look_at_configuration
from bot.flows.deliver.recover import recover
from bot.flows.deliver.trial import TrialCaller
from bot.flows.keep.clock_watch import ClockWatch
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.keep.lease import Lease
from bot.flows.keep.logins import SealedLogins
from bot.flows.keep.lost_events import LostEvents
from bot.flows.keep.mailbox_status import MailboxStatus
from bot.flows.keep.memory import SharedMemory
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.probe import SubmissionProbe
from bot.flows.keep.restored import look
from bot.flows.keep.rooms import RoomKeeper
from bot.flows.keep.run_marks import RunMarks
from bot.flows.keep.sealed_anew import seal_anew
from bot.flows.keep.spaces import look_at_all
from bot.flows.keep.started import Started
from bot.flows.pump.chat import MATRIX, ChatPump
from bot.flows.pump.timers import Timers
from bot.flows.serve.elsewhere import Elsewhere
from bot.flows.serve.mailbox import Doorway, Mailbox, services_of
from bot.flows.serve.mailboxes import Mailboxes, Served
from bot.flows.serve.sharing import Sharing
from bot.flows.step.settings import Settings
from bot.flows.step.step import Step
from bot.flows.step.until_stored import until_stored
from bot.keys import key_mark, signer, vault
from bot.mailbox_ways import MailboxWays
from bot.ports import FolderName, Folders, Submission, Unavailable
from bot.process.figures import Figures
from bot.process.health import STARTING, HealthStatus, Problem
from bot.process.metrics import Metrics
from bot.reader.reading import Reader
from storage.blobs import Blobs
from storage.database import Database, StorageAway
from storage.faults import MailboxTaken
from storage.holding import refuse_held_alone

_log = structlog.get_logger("app")


def _brought_up(before: str, after: str) -> None:
    # A large database takes minutes on a slow disk, and /health says "starting" meanwhile.
    _log.info("database_is_brought_up_to_date", version=before, to=after)


def _role_by_name(folder: str, mailbox: MailboxSettings) -> FolderRole:
    """The role of a folder by its name, before its server has been asked."""
    named = mailbox.junk or find_special_folder([FolderName(folder, "")], "\\Junk")
    return FolderRole.JUNK if folder == named else FolderRole.INBOX


def _submission_probes(outages: Outages, mailboxes: tuple[Served, ...]) -> Iterator[Coroutine[object, object, None]]:
    """A probe for each submission server, however many mailboxes send by it."""
    users: dict[str, list[tuple[Service, Submission]]] = {}
    for one in mailboxes:
        users.setdefault(one.server, []).append((Service("smtp", one.mailbox), one.caller.submission))
    for server, its in users.items():
        yield SubmissionProbe(server, tuple(its), outages, len(users)).run()


class Bot:
    """The whole bot, and its sides to the outside: health, metrics, the end."""

    def __init__(self, config: Config, doors: Doors | None = None, again: Callable[[], Config] | None = None) -> None:
        self.metrics = Metrics()
        self.reread = asyncio.Event()
        """Set where config.yaml is to be read again."""
        self.reread_ended: Callable[[], None] = lambda: None
        """Called once the file was read, or refused."""
        self._again = again or (lambda: config)
        self._config = config
        self._doors = doors or adapters()
        self._instance: Instance = to_instance(config)
        self._outages: Outages | None = None
        self._deliver: Deliver | None = None
        self._figures: Figures | None = None
        self._keeper: RoomKeeper | None = None
        self._ways: MailboxWays | None = None
        self._sharing: Sharing | None = None
        """The shares of several processes; None where only this one serves mailboxes."""

    @property
    def is_serving(self) -> bool:
        """Whether mailboxes are served, so that a change of config.yaml is taken up at once."""
        return self._keeper is not None

    async def health(self) -> HealthStatus:
        """What is wrong, as far as the outside is told."""
        if self._figures is None:
            return HealthStatus((Problem("matrix", STARTING),), len(self._instance.mailboxes))
        return await self._figures.health()

    async def refresh(self) -> None:
        """Bring the figures up to date that are looked up, not counted."""
        if self._figures is not None:
            await self._figures.refresh()

    async def drain(self, seconds: float) -> None:
        """Claim no more calls, and wait at most `seconds` for the calls under way."""
        if self._deliver is not None:
            await self._deliver.drain(seconds)

    async def serve(self) -> None:
        """Serve until cancelled.

        Raises:
            CredentialsRefused: the homeserver refused our password.
        """
        async with AsyncExitStack() as stack:
            database = await self._open_database()
            stack.push_async_callback(database.close)
            await until_stored(partial(refuse_held_alone, database))
            blobs = Blobs(self._config.data_dir / "blobs")
            settings, clock = Settings(self._instance), self._doors.clock()
            step = Step(database, blobs, settings, signer(self._config), clock, vault(self._config))
            pages = self._doors.pages(lambda: self._config)
            tokens = Tokens(pages, SealedLogins(step), clock.steady)
            await until_stored(partial(seal_anew, step, key_mark(self._config)))
            ways = self._ways = MailboxWays(step, self._doors, tokens, lambda: self._config)
            outages = self._outages = Outages(step)
            self._expect(outages)
            lease = Lease(database, uuid.uuid4().hex)
            if database.is_sqlite:
                await lease.begin()
            else:
                await lease.join()
                stack.push_async_callback(lease.give_back)
            reader = self._doors.reader()
            stack.push_async_callback(reader.close)
            folders: dict[MailboxId, Folders] = {}
            owner = f"{socket.gethostname()}:{lease.owner}"
            deliver = Deliver(step, None, {}, outages, owner, is_alone=database.is_sqlite, is_sure=lease.is_sure)
            self._deliver = deliver
            shows_addresses = self._config.http is not None and self._config.http.show_addresses
            self._figures = Figures(self.metrics, deliver, outages, version("postroom"), shows_addresses)
            tasks = asyncio.TaskGroup()
            mailboxes = Mailboxes(
                deliver,
                folders,
                outages,
                tasks,
                partial(_submission_probes, outages),
                partial(self._wanted, ways),
                partial(self._made, ways, reader),
            )
            stack.push_async_callback(mailboxes.close)
            if not database.is_sqlite:
                self._sharing = Sharing(step, lease, ways.to_serve, mailboxes.changed.set, mailboxes.is_served)
            async with tasks:
                if self._sharing is not None:
                    tasks.create_task(lease.keep(deliver.break_off))
                    tasks.create_task(self._sharing.run())
                    tasks.create_task(self._serve_shared(self._sharing, deliver, mailboxes))
                    await lease.wait()
                await self._serve_room(database, deliver, mailboxes, reader, folders, stack, tasks)

    async def _serve_shared(self, sharing: Sharing, deliver: Deliver, mailboxes: Mailboxes) -> None:
        """Serve the mailboxes that this process holds, whoever serves the room."""
        await sharing.admitted.wait()
        assert self._outages is not None
        if not sharing.lease.leads:
            self._outages.forget(MATRIX)
        await self._begin_mailboxes(mailboxes)
        async with asyncio.TaskGroup() as tasks:
            self._run_mailboxes(tasks, deliver, mailboxes)

    def _run_mailboxes(self, tasks: asyncio.TaskGroup, deliver: Deliver, mailboxes: Mailboxes) -> None:
        tasks.create_task(mailboxes.run())
        tasks.create_task(deliver.run())
        tasks.create_task(self._reread_for_ever(deliver.step, mailboxes))

    async def _begin_mailboxes(self, mailboxes: Mailboxes) -> None:
        assert self._outages is not None
        await mailboxes.compare()
        for mailbox in {one.id for one in self._instance.mailboxes} - mailboxes.wanted().keys():
            self._outages.forget_mailbox(mailbox)

    async def _serve_room(
        self,
        database: Database,
        deliver: Deliver,
        mailboxes: Mailboxes,
        reader: Reader,
        folders: dict[MailboxId, Folders],
        stack: AsyncExitStack,
        tasks: asyncio.TaskGroup,
    ) -> None:
        """Begin all that one process does for the whole instance, once this process holds the room."""
        step, outages = deliver.step, deliver.outages
        watch = ClockWatch(step, outages)
        await watch.begin()
        await self._follow_configuration(step)
        await until_stored(partial(follow_admins, step))
        chat = await self._connect(outages, SharedMemory(database))
        stack.push_async_callback(chat.close)
        # For `/verify DEVICE FINGERPRINT` by hand, where somebody wants to compare.
        _log.info("matrix_device", device=chat.device_id, fingerprint=chat.fingerprint)
        assert self._ways is not None
        ways = self._ways
        elsewhere = Elsewhere(ways.way, ways.folders)
        stack.push_async_callback(elsewhere.close)
        again = BytesAgain(step, partial(self._served, folders, elsewhere), reader)
        await recover(step, (CHAT, TRIAL))
        step.rooms.encrypted |= chat.encrypted_rooms()
        keeper = self._keeper = RoomKeeper(chat, step, outages, deliver.changed_rooms)
        keeper.expect()
        lost, changed = deliver.changed_rooms.put_nowait, keeper.changed
        marks = RunMarks(step, chat, self._config.data_dir)
        pump = ChatPump(
            chat,
            step,
            outages,
            chat.device_id,
            lost,
            changed,
            self.metrics.synced,
            partial(look, step, marks),
            LostEvents(chat, step).look,
        )
        await pump.begin()
        stack.push_async_callback(marks.end)
        watch.marks = marks
        await stack.enter_async_context(self._doors.hourly(Housekeeping(step).run_once))
        deliver.room = ChatCaller(chat, step, again)
        finder = self._doors.finder(self._config)
        deliver.trial = TrialCaller(
            step,
            ways.to_try,
            finder,
            ways.referred,
            ways.tokens.pages,
            ways.known,
        )
        if self._sharing is not None:
            await self._sharing.ready()
        else:
            await self._begin_mailboxes(mailboxes)
        tasks.create_task(pump.run())
        if self._sharing is None:
            self._run_mailboxes(tasks, deliver, mailboxes)
        tasks.create_task(watch.run())
        tasks.create_task(Timers(step).run())
        tasks.create_task(keeper.run())
        tasks.create_task(keeper.looks.run())
        tasks.create_task(MailboxStatus(step).run())
        tasks.create_task(Started(step, outages, version("postroom")).run())

    async def _open_database(self) -> Database:
        pause, told = 0.5, False
        while True:
            try:
                return await Database.open(self._config.database_url, tell=_brought_up)
            except StorageAway as away:
                if not told:
                    _log.warning("storage_away", reason=str(away)[:80])
                told = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, 15.0)

    async def _follow_configuration(self, step: Step) -> None:
        """Note the mailboxes of the configuration, and move those that have another room now."""
        await until_stored(partial(follow_configuration, step))

    async def _reread_for_ever(self, step: Step, mailboxes: Mailboxes) -> None:
        """Read config.yaml each time that `reread` is set; a change that needs a restart refuses the whole file."""
        while True:
            await self.reread.wait()
            self.reread.clear()
            try:
                await self._reread(step, mailboxes)
            finally:
                self.reread_ended()

    async def _reread(self, step: Step, mailboxes: Mailboxes) -> None:
        try:
            config = await asyncio.to_thread(self._again)
        except ConfigMistakes as found:
            _log.error("config_has_mistakes", keys=[mistake.path for mistake in found.mistakes])
            return
        keys = needs_restart(self._config, config)
        if keys:
            _log.error("config_needs_restart", keys=keys)
            return
        instance = to_instance(config)
        try:
            await until_stored(partial(look_at_configuration, step, instance))
        except MailboxTaken as taken:
            _log.error("config_has_mistakes", keys=taken.keys)
            return
        self._config, self._instance = config, instance
        step.settings.reload(self._instance)
        await self._follow_configuration(step)
        await mailboxes.settle()
        await look_at_all(step)
        if self._keeper is not None:
            await until_stored(partial(follow_admins, step))
            self._keeper.look_again()
        _log.info("config_read_again")

    def _expect(self, outages: Outages) -> None:
        outages.expect(MATRIX)
        for mailbox in self._instance.mailboxes:
            for service in services_of(mailbox):
                outages.expect(service)

    def _wanted(self, ways: MailboxWays) -> dict[MailboxId, object]:
        """The mailboxes that this process is to serve now, each with its servers and password."""
        wanted = ways.to_serve()
        if self._sharing is not None:
            wanted &= self._sharing.held
        return {id: ways.way(id) for id in wanted}

    async def _served(
        self, served: Mapping[MailboxId, Folders], elsewhere: Elsewhere, mailbox: MailboxId
    ) -> Folders | None:
        """The folders of a mailbox; where another process serves it, by a connection of our own."""
        is_elsewhere = mailbox not in served and self._sharing is not None
        return await elsewhere.folders(mailbox) if is_elsewhere else served.get(mailbox)

    async def _connect(self, outages: Outages, memory: SharedMemory) -> Session:
        pause = 1.0
        while True:
            try:
                return await self._doors.chat(self._config, memory)
            except Unavailable as away:
                await outages.went_away(MATRIX, away.reason)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)

    async def _made(self, ways: MailboxWays, reader: Reader, wanted: Sequence[MailboxId]) -> tuple[Served, ...]:
        """The parts that serve these mailboxes; takes up the calls of an earlier process to their servers first."""
        step = ways.step
        # Nothing brings in their mails while their conversations find their rooms.
        await self._follow_configuration(step)
        made = tuple(
            self._mailbox(section, step, reader).served()
            for section in await until_stored(partial(ways.sections, wanted))
        )
        await recover(step, [channel for one in made for channel in channels_of(one.mailbox)])
        return made

    def _mailbox(self, section: MailboxSection, step: Step, reader: Reader) -> Mailbox:
        assert self._outages is not None
        known = step.settings.known.mailbox(mailbox_id(section))
        settings = self._instance.mailbox(mailbox_id(section)) or known
        assert settings is not None
        if known is not None:
            settings = replace(settings, folders=known.folders, folder_changes=known.folder_changes)
        smtp, limit = section.smtp, self._config.max_mail_mb * 1024 * 1024
        door = Doorway(
            folders=self._doors.folders(section),
            submission=self._doors.submission(section),
            inbox=lambda folder, phase: self._doors.inbox(section, folder, limit, phase),
            is_crowded=self._doors.is_crowded(section),
            role=lambda folder: _role_by_name(folder, settings),
            start=section.start,
            starts={one.name: start_of(one.start) for one in settings.folder_changes.added},
            watch_junk=section.imap.watch_junk,
            server=f"{smtp.host.lower()}:{smtp.real_port}:{smtp.security}:{smtp.ca_file or ''}",
        )
        return Mailbox(settings, door, step, reader, self._outages, self._config.data_dir / "scratch")
