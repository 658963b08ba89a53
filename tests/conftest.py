"""The servers that tests run against: real ones on loopback, started once for the session where they are shared."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import itertools
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]
from xdist.workermanage import NodeManager  # type: ignore[import-untyped]

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.federation import Neighbours
from bot.demo.servers.imap_server import ImapAccount
from bot.demo.servers.postgres import VARIABLE, Postgres, own_database
from bot.demo.servers.process import ServerMissing
from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.smtp_sink import SmtpSink
from bot.demo.servers.synapse import Synapse
from tests.fakes.forked import end_loaded
from tests.fakes.migrated import migrate
from tests.fakes.plain_log import plain_log
from tests.fakes.statements import keep_compiled

NewMember = Callable[[str], Awaitable[MatrixUser]]
_numbers = itertools.count(1)

# Generated examples have no deadline: the machine may be busy with other tests.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_configure() -> None:
    """SIGTERM ends the session as Ctrl-C does, so that the servers end too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # By it a worker is told to end; it is ignored where the tests run in the background of a script.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Time for the workers of a session that is ended to end their servers and remove their folders.
    NodeManager.EXIT_TIMEOUT = 60
    plain_log()
    keep_compiled()


WAITING = ("tests/e2e/", "tests/e2ee/", "tests/servers/", "tests/cli/")
"""What mostly waits, for servers and for the clock; all else computes."""
LONG = (
    "tests/e2e/test_jumps.py",
    "tests/e2e/test_database.py",
    "tests/e2e/test_commands.py",
    "tests/e2e/test_each_event.py",
    "tests/e2e/test_notices.py",
    "tests/e2e/test_bundles.py",
    "tests/e2e/test_limits.py",
    "tests/e2ee/test_a_day.py",
    "tests/e2ee/test_upgraded.py",
    "tests/e2e/test_full_disk.py",
    "tests/e2e/test_health.py",
    "tests/e2e/test_federation.py",
    "tests/e2e/test_mail_server.py",
    "tests/e2e/test_sharing.py",
    "tests/e2e/test_mailboxes_change.py",
    "tests/e2ee/test_restores.py",
    "tests/e2e/test_restores.py",
    "tests/e2e/test_replies_out.py",
    "tests/e2ee/",
    "tests/e2e/",
    "tests/servers/test_demo_play.py",
    "tests/cli/",
    "tests/simulation/",
    "tests/flows/test_two_bots.py",
)
"""What takes longest goes first, so that no process ends long after the others."""
_IN_ONE_HOUSE = (
    "autoreply block canned commands copies delete drafts forward grants mails_in merge new order recipients rings "
    "room_rules rooms rule search sending signature stats team who"
).split()
TOGETHER = (
    frozenset(f"tests/e2e/test_{name}.py" for name in _IN_ONE_HOUSE),
    frozenset(f"{folder}/test_federation.py" for folder in ("tests/e2e", "tests/e2ee")),
)
"""Files that one process works on: it alone makes the house with the many rooms, and the two homeservers."""
_STARTS_AND_ENDS = 120.0
"""Seconds beside a test's own limit, for the servers that start before it and end after it."""


class _FilesTogether(LoadFileScheduling):  # type: ignore[misc]
    """One file after another for each process, some of them together."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((min(files) for files in TOGETHER if file in files), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """For `--dist loadfile`."""
    return _FilesTogether(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns = _turns([item.nodeid.partition("::")[0] for item in items])
    items.sort(key=lambda item: turns[item.nodeid.partition("::")[0]])
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            _end_in_order(item)


def pytest_collection_finish() -> None:
    """The tests themselves stay to the end: a search for garbage that went through them all took a tenth of the time."""
    gc.collect()
    gc.freeze()


def _turns(files: Sequence[str]) -> Mapping[str, float]:
    """When each file has its turn: from the start to the end what waits stands among what computes, so that at no time
    all processes wait, or all want to compute."""

    def place(file: str) -> int:
        return next((at for at, name in enumerate(LONG) if file.startswith(name)), len(LONG))

    every = sorted(dict.fromkeys(files), key=place)
    waiting = [file for file in every if file.startswith(WAITING)]
    computing = [file for file in every if not file.startswith(WAITING)]
    return {file: at / len(kind) for kind in (waiting, computing) for at, file in enumerate(kind)}


def _end_in_order(item: pytest.Function) -> None:
    """Make a test that takes too long fail from within, so that what it has started ends as after any failure.

    The alarm of pytest-timeout leaves an async test where it stands, and its servers run on until the session ends. It
    stays for a test that holds up the event loop.
    """
    marker = item.get_closest_marker("timeout")
    seconds = float(marker.args[0] if marker is not None else item.config.getini("timeout"))
    test = item.obj

    @functools.wraps(test)
    async def bounded(*args: object, **named: object) -> None:
        async with asyncio.timeout(seconds):
            await test(*args, **named)

    item.obj = bounded
    item.add_marker(pytest.mark.timeout(seconds + _STARTS_AND_ENDS), append=False)


def _missing(error: ServerMissing) -> NoReturn:
    """In CI a server that is not installed is an error; elsewhere the test is skipped, naming what installs it."""
    if os.environ.get("POSTROOM_CI"):
        pytest.fail(str(error), pytrace=False)
    pytest.skip(str(error))


@pytest.fixture(scope="session", autouse=True)
def loaded_bot() -> Iterator[None]:
    """Ends the process of which bots were begun (`tests/fakes/forked.py`)."""
    yield
    end_loaded()


@pytest.fixture(scope="session")
async def synapse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synapse]:
    """One homeserver for the session, without limits; a test that stops it or wants limits starts its own."""
    try:
        async with Synapse.started(tmp_path_factory.mktemp("synapse"), storage="memory") as server:
            yield server
    except ServerMissing as error:
        _missing(error)


@pytest.fixture(scope="session")
async def neighbours(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbours]:
    """Two homeservers that know of each other; a test that parts them brings them together again."""
    try:
        async with Neighbours.started(tmp_path_factory.mktemp("neighbours")) as both:
            yield both
    except ServerMissing as error:
        _missing(error)


@pytest.fixture
async def new_member(synapse: Synapse) -> AsyncIterator[NewMember]:
    """Makes accounts: `alice = await new_member("alice")` is a fresh user whose name starts with alice."""
    async with AsyncExitStack() as stack:

        async def make(name: str) -> MatrixUser:
            user = f"{name}-{os.getpid()}-{next(_numbers)}"
            await synapse.register(user, "password")
            return await stack.enter_async_context(MatrixUser.logged_in(synapse.base_url, user, "password"))

        yield make


@pytest.fixture(scope="session")
async def dovecot() -> AsyncIterator[Dovecot]:
    """One Dovecot for the session; a test that stops it starts its own."""
    try:
        async with Dovecot.started() as server:
            yield server
    except ServerMissing as error:
        _missing(error)


@pytest.fixture
def dovecot_account(dovecot: Dovecot) -> ImapAccount:
    """An empty mailbox on the session's Dovecot, for this test alone."""
    return dovecot.add_account()


@pytest.fixture
async def pymap_server() -> AsyncIterator[PymapServer]:
    """An IMAP server in this process, for this test alone."""
    async with PymapServer.started() as server:
        yield server


@pytest.fixture
async def smtp_sink() -> AsyncIterator[SmtpSink]:
    """An SMTP server without TLS and login, for this test alone."""
    async with SmtpSink.started() as sink:
        yield sink


@pytest.fixture(scope="session")
async def postgres_url() -> AsyncIterator[str]:
    """A PostgreSQL database: the one that POSTROOM_TEST_POSTGRES names, or that of an own server."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named
        return
    try:
        async with Postgres.started() as server:
            yield server.url
    except ServerMissing as error:
        _missing(error)


@pytest.fixture(scope="session")
async def postgres_template(postgres_url: str) -> AsyncIterator[str]:
    """The name of a migrated PostgreSQL database without a row, of which tests have copies."""
    name = f"postroom_template_{os.getpid()}"
    async with own_database(postgres_url, name) as url:
        await migrate(url)
        yield name


@pytest.fixture
async def own_postgres(postgres_url: str, postgres_template: str) -> AsyncIterator[str]:
    """A migrated PostgreSQL database for this test alone: the one above is that of every process of the session."""
    name = f"postroom_own_{os.getpid()}_{next(_numbers)}"
    async with own_database(postgres_url, name, template=postgres_template) as url:
        yield url
