"""Servers are asked whether they are there where nobody has heard them lately, once each, and not all at once."""

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import MailboxId
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.probe import ImapProbe, SubmissionProbe, phase_of
from bot.ports import CredentialsRefused, Unavailable
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import House
from tests.fakes.mail import FakeFolders, FakeInbox, FakeProvider, FakeSubmission

KNOWN_WITHIN = 45.0
"""DESIGN 5: seconds."""
SMTP_LOOK, IMAP_LOOK = 12.0, 15.0
"""What a look at a silent server takes."""


@dataclass(slots=True)
class Side(FakeSubmission):
    """A submission that was last heard so many seconds ago, and a look at it."""

    silent: float = math.inf
    fault: Exception | None = None
    looks: list[float] = field(default_factory=list)

    def silent_for(self) -> float:
        return self.silent

    async def reach(self) -> None:
        self.looks.append(self.silent)
        if self.fault is not None:
            raise self.fault


@dataclass(slots=True)
class Watched(FakeInbox):
    silent: float = math.inf

    def silent_for(self) -> float:
        return self.silent


@dataclass(slots=True)
class Looked(FakeFolders):
    fault: Exception | None = None
    looks: int = 0

    async def reach(self) -> None:
        self.looks += 1
        if self.fault is not None:
            raise self.fault


@pytest_asyncio.fixture
async def outages(tmp_path: Path) -> AsyncIterator[Outages]:
    house = House(tmp_path)
    await house.open()
    yield Outages(house.step)
    await house.close()


def _provider() -> FakeProvider:
    return FakeProvider(Boundaries())


def _users(count: int) -> tuple[tuple[Service, Side], ...]:
    return tuple((Service("smtp", MailboxId(f"m{n}@asso.example")), Side(_provider())) for n in range(count))


async def test_one_look_is_for_all_mailboxes_of_a_server(outages: Outages) -> None:
    users = _users(50)
    for service, _ in users:
        outages.expect(service)
    probe = SubmissionProbe("mail.example:465:tls", users, outages)
    await probe.look()
    assert sum(len(side.looks) for _, side in users) == 1
    assert outages.away == {}

    users[0][1].fault = Unavailable("smtp", "refused")
    await probe.look()
    assert {service for service, _ in outages.problems()} == {service for service, _ in users}


@pytest.mark.parametrize("silent", [0.0, 1.0, 29.0, 30.0, 31.0, math.inf])
async def test_a_server_that_has_just_spoken_is_not_asked_and_a_dead_one_is_known_in_time(
    outages: Outages, silent: float
) -> None:
    users = _users(3)
    users[1][1].silent = silent
    pause = await SubmissionProbe("mail.example:465:tls", users, outages).look()
    looked = any(side.looks for _, side in users)
    assert looked == (silent >= 30.0)
    # It may have died right after it spoke.
    assert pause + SMTP_LOOK + (0.0 if looked else silent) <= KNOWN_WITHIN


async def test_one_that_is_away_is_asked_though_another_mailbox_has_heard_it(outages: Outages) -> None:
    users = _users(2)
    users[1][1].silent = 1.0
    await outages.went_away(users[0][0], "refused")
    await SubmissionProbe("mail.example:465:tls", users, outages).look()
    assert outages.away == {}


@pytest.mark.parametrize("silent", [(0.0,), (26.0, 200.0), (27.0,), (math.inf, math.inf), ()])
async def test_an_imap_server_is_asked_where_all_its_connections_are_silent(
    outages: Outages, silent: tuple[float, ...]
) -> None:
    folders = Looked(_provider())
    inboxes = [Watched(_provider(), silent=one) for one in silent]
    probe = ImapProbe(Service("imap", MailboxId("m@asso.example"), "server"), folders, outages, [*inboxes])
    pause = await probe.look()
    heard = min(silent, default=math.inf)
    assert folders.looks == (1 if heard >= 27.0 else 0)
    assert pause + IMAP_LOOK + (heard if heard < 27.0 else 0.0) <= KNOWN_WITHIN


async def test_a_server_at_which_we_stand_in_line_is_not_called_silent(outages: Outages) -> None:
    folders, crowds = Looked(_provider()), [True]
    service = Service("imap", MailboxId("m@asso.example"), "server")
    probe = ImapProbe(service, folders, outages, [Watched(_provider())], is_crowded=lambda: crowds[0])
    pause = await probe.look()
    assert (folders.looks, outages.problems()) == (0, ())
    crowds[0] = False
    await probe.look()
    assert folders.looks == 1 and pause + IMAP_LOOK <= KNOWN_WITHIN


@pytest.mark.parametrize(
    ("fault", "reason", "waits"),
    [(Unavailable("imap", "refused"), "refused", False), (CredentialsRefused("imap", "no"), "credentials", True)],
)
async def test_what_a_look_finds_is_an_outage_until_the_server_is_heard(
    outages: Outages, fault: Exception, reason: str, waits: bool
) -> None:
    inbox = Watched(_provider())
    service = Service("imap", MailboxId("m@asso.example"), "server")
    probe = ImapProbe(service, Looked(_provider(), fault=fault), outages, [inbox])
    pause = await probe.look()
    assert outages.problems() == ((service, reason),)
    assert (pause > KNOWN_WITHIN) == waits
    inbox.silent = 1.0
    await probe.look()
    assert outages.problems() == ()


def test_phases_are_spread_and_stay() -> None:
    phases = [phase_of(f"contact@asso{n}.example", "INBOX") for n in range(1000)]
    assert phases == [phase_of(f"contact@asso{n}.example", "INBOX") for n in range(1000)]
    tenths = [sum(1 for phase in phases if int(phase * 10) == tenth) for tenth in range(10)]
    assert min(tenths) > 60
    assert max(tenths) < 150
