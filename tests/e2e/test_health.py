"""What the bot tells a supervisor: health, the end, mistakes in its configuration."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.http_proxy import Hang, HttpProxy
from bot.demo.servers.proxy import TcpProxy
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, Sides, housed, until
from tests.e2e.letters import letter, new_id

_KNOWN = 45.0
"""Seconds. The contract: `/health` knows a dead server within this."""
_BUSY = 10.0
"""Seconds that a busy machine may add."""
_ENDS = 10.0
_CONFIG = 78

Health = tuple[int, list[dict[str, object]]]


@pytest.fixture(scope="module")
async def wire(dovecot: Dovecot) -> AsyncIterator[TcpProxy]:
    async with TcpProxy.started(dovecot.host, dovecot.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
async def gateway(synapse: Synapse) -> AsyncIterator[HttpProxy]:
    async with HttpProxy.started(synapse.base_url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
async def own(synapse: Synapse, dovecot: Dovecot, gateway: HttpProxy, wire: TcpProxy) -> AsyncIterator[House]:
    """A bot between proxies, not started."""
    sides = Sides(homeserver=gateway.base_url, imap_port=wire.port)
    async with housed(synapse, dovecot, desks=[{}, {}], sides=sides, start=False) as one:
        yield one


async def _health(own: House) -> Health:
    status, text = await own.bot.health()
    try:
        return status, json.loads(text).get("reasons", [])
    except json.JSONDecodeError:
        return status, []


async def _becomes(
    own: House, wanted: Callable[[Health], bool], what: str, *, timeout: float = _KNOWN + _BUSY
) -> Health:
    last: Health = (0, [])

    async def so() -> bool:
        nonlocal last
        last = await _health(own)
        return wanted(last)

    await until(so, what, timeout=timeout)
    return last


def _names(service: str) -> Callable[[Health], bool]:
    return lambda health: health[0] == 503 and any(reason["service"] == service for reason in health[1])


def _mailboxes(health: Health) -> set[object]:
    return {reason["mailbox"] for reason in health[1] if reason["service"] == "imap"}


async def test_it_is_unhealthy_until_everything_is_there(own: House, gateway: HttpProxy, wire: TcpProxy) -> None:
    await gateway.refuse()
    await wire.refuse()
    await own.bot.start()
    await _becomes(own, _names("matrix"), "503 that names Matrix")
    await gateway.listen()
    await _becomes(own, lambda found: found[0] == 503 and _mailboxes(found) == {0, 1}, "503 that names the mailboxes")
    await _becomes(own, lambda found: _mailboxes(found) == {0, 1} and not _names("matrix")(found), "those only")
    await wire.restore()
    await own.bot.healthy()


async def test_a_dead_mail_server_is_known(own: House, wire: TcpProxy) -> None:
    await own.bot.start()
    await own.bot.healthy()
    await wire.refuse()
    try:
        await _becomes(own, _names("imap"), "503 that names the mailboxes")
    finally:
        await wire.restore()
    await own.bot.healthy()


async def test_a_dead_homeserver_is_known(own: House, gateway: HttpProxy) -> None:
    await own.bot.start()
    await own.bot.healthy()
    await gateway.refuse()
    try:
        await _becomes(own, _names("matrix"), "503 that names Matrix")
    finally:
        await gateway.listen()
    await own.bot.healthy()


async def test_servers_that_went_silent_are_known(own: House, gateway: HttpProxy, wire: TcpProxy) -> None:
    """As a server that hangs, or a firewall that forgot the connections: no byte, no end."""
    await own.bot.start()
    await own.bot.healthy()
    wire.blackhole()
    gateway.disturb(Hang(300.0), path_holds="/sync")
    # The sync that is under way came through: it ends with this, and the next one hangs.
    await own.alice.say(own.desks[0].room, "Is anybody there?")
    try:
        await _becomes(own, lambda found: _names("imap")(found) and _names("matrix")(found), "503 that names both")
    finally:
        gateway.heal()
        # What hangs is broken off.
        await gateway.refuse()
        await gateway.listen()
        await wire.restore()
        await wire.cut()
    await own.bot.healthy()


async def test_sigterm_ends_it_in_order_while_it_is_busy(own: House) -> None:
    await own.bot.start()
    await own.bot.healthy()
    desk = own.desks[0]
    await own.imap.deliver_many(desk.address, [letter(to=desk.address, id=new_id("busy")) for _ in range(60)])
    await own.mail_count(desk, 5)

    start = time.monotonic()
    status = await own.bot.stop()

    assert status == 0
    assert time.monotonic() - start < _ENDS
    assert len(own.posted(desk.room, "mail")) < 60
    await own.bot.start()
    await own.mail_count(desk, 60, timeout=120)
    ids = [e.postroom.get("message_id") for e in own.posted(desk.room, "mail")]
    assert len(ids) == len(set(ids)) == 60


async def test_sigterm_ends_it_in_order_while_its_servers_are_away(
    own: House, gateway: HttpProxy, wire: TcpProxy
) -> None:
    await own.bot.start()
    await own.bot.healthy()
    wire.blackhole()
    gateway.disturb(Hang(300.0))
    try:
        await own.deliver(own.desks[1], letter(to=own.desks[1].address, id=new_id("silent")))
        start = time.monotonic()
        assert await own.bot.stop() == 0
        assert time.monotonic() - start < _ENDS
    finally:
        gateway.heal()
        await wire.restore()
        await wire.cut()


async def test_sigterm_ends_it_while_it_starts(own: House, gateway: HttpProxy) -> None:
    gateway.disturb(Hang(300.0))
    try:
        await own.bot.start()
        await _becomes(own, lambda health: health[0] == 503, "/health answering")
        start = time.monotonic()
        assert await own.bot.stop() == 0
        assert time.monotonic() - start < _ENDS
    finally:
        gateway.heal()


@pytest.mark.parametrize(
    ("section", "key", "value", "said"),
    [
        ("matrix", "password", "wrong", "matrix.password"),
        ("http", "bind", "nonsense", "http.bind"),
        ("matrix", "homeserver", "http://example.org", "matrix.homeserver"),
    ],
)
async def test_a_mistake_in_the_configuration_ends_it_with_78_and_the_key(
    synapse: Synapse, dovecot: Dovecot, section: str, key: str, value: str, said: str
) -> None:
    async with housed(synapse, dovecot, start=False) as house:
        settings = yaml.safe_load(house.config.read_text())
        settings[section][key] = value
        house.config.write_text(yaml.safe_dump(settings))
        await house.bot.start()
        async with asyncio.timeout(60):
            assert await house.bot.ended() == _CONFIG
        assert said in house.bot.log_tail()
        assert "Traceback" not in house.bot.log_tail()


async def test_one_wrong_password_is_named_and_the_other_mailboxes_work(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{}, {}], start=False) as own:
        settings = yaml.safe_load(own.config.read_text("utf-8"))
        settings["mailboxes"][1]["imap"]["password"] = "wrong"
        own.config.write_text(yaml.safe_dump(settings), "utf-8")
        await own.bot.start()
        refused = {"service": "imap", "reason": "credentials", "mailbox": 1}
        status, reasons = await _becomes(own, lambda health: health[0] == 200, "200 all the same")
        assert (status, reasons) == (200, [refused])
        await own.case(own.desks[0])
        assert await _counted(own, "postroom_mails_in_total") == {'{mailbox="0"}': 1.0, '{mailbox="1"}': 0.0}
        await own.wait(own.config_room, lambda e: own.desks[1].address in e.body, "a word in the config room")


async def _counted(own: House, name: str) -> dict[str, float]:
    """A figure of `/metrics` by its labels."""
    bind = yaml.safe_load(own.config.read_text("utf-8"))["http"]["bind"]
    async with aiohttp.ClientSession() as session, session.get(f"http://{bind}/metrics") as answer:
        lines = [line for line in (await answer.text()).splitlines() if line.startswith(name)]
    return {line.removeprefix(name).split(" ")[0]: float(line.split(" ")[1]) for line in lines}
