"""The house that most scenarios share: one bot with many desks, each test on a desk or in a thread of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed

_DESKS = 53
_PATIENT = {"undo_seconds": 5}
"""Seconds for the steps of a test that takes a reply back, on a busy machine too."""

_FOUR_EYES = {"approval": True, "forwarders": ["member@monasso.org"]}


@pytest.fixture(scope="session")
async def house(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    """A bot that serves many desks; nobody stops it or its servers."""
    async with housed(synapse, dovecot, desks=[{} for _ in range(_DESKS)] + [_PATIENT] * 2 + [_FOUR_EYES]) as one:
        yield one


@pytest.fixture(scope="module")
def desk(house: House) -> Desk:
    """A desk for the scenarios of one file, which stay in threads of their own."""
    return house.next_desk()


@pytest.fixture
def own_desk(house: House) -> Desk:
    """A desk for one scenario alone."""
    return house.next_desk()


@pytest.fixture(scope="module")
def patient_desk(house: House) -> Desk:
    """A desk whose replies wait five seconds before they leave; shared by the scenarios of one file."""
    return house.desks[_DESKS]


@pytest.fixture(scope="module")
def four_eyes_desk(house: House) -> Desk:
    """A desk whose mails wait for a second member, and to which a member forwards mails."""
    return house.desks[_DESKS + 2]
