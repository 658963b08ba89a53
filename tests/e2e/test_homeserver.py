"""The homeserver is away, answers nonsense or asks for patience."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.http_proxy import AnswerLost, HttpProxy
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, Sides, housed, until
from tests.e2e.letters import id_of, letter, new_id

_AWAY = 20.0


@pytest.fixture(scope="module")
async def gateway(synapse: Synapse) -> AsyncIterator[HttpProxy]:
    """What stands between the bot and its homeserver; the team goes straight."""
    async with HttpProxy.started(synapse.base_url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
async def own(synapse: Synapse, dovecot: Dovecot, gateway: HttpProxy) -> AsyncIterator[House]:
    async with housed(synapse, dovecot, desks=[{}] * 6, sides=Sides(homeserver=gateway.base_url)) as one:
        yield one


@pytest.fixture
def table(own: House) -> Desk:
    return own.next_desk()


def _each_once(house: House, desk: Desk, ids: list[str]) -> None:
    count = Counter(str(e.postroom.get("message_id")) for e in house.posted(desk.room, "mail"))
    assert [id for id in ids if count[id] != 1] == []
    numbers = Counter(e.conversation for e in house.posted(desk.room, "conversation"))
    assert [number for number, times in numbers.items() if times != 1] == []


async def test_a_homeserver_that_is_away_for_twenty_seconds_costs_nothing(
    own: House, gateway: HttpProxy, table: Desk
) -> None:
    case, other = await own.case(table), await own.case(table)
    await gateway.refuse()
    away_since = time.monotonic()
    try:
        raws = [letter(to=table.address, id=new_id("away")) for _ in range(5)]
        for raw in raws:
            await own.deliver(table, raw)
        reply = await case.reply("While you were away.")
        hand = await other.react("✋")
        del hand
        told = await other.say("!close")

        async def is_unhealthy() -> bool:
            status, text = await own.bot.health()
            return status == 503 and "matrix" in text

        await until(is_unhealthy, "/health saying that Matrix is away")
        await asyncio.sleep(max(0.0, _AWAY - (time.monotonic() - away_since)))
    finally:
        await gateway.listen()

    for raw in raws:
        await own.mail_event(table, id_of(raw))
    await case.state(reply, "sent")
    await other.done(told)
    await other.card("assignee", own.alice.user_id)
    await other.card("status", "closed")
    await own.quiet(table)
    _each_once(own, table, [id_of(raw) for raw in raws])
    assert len([mail for mail in own.sink.received if b"While you were away." in mail.raw]) == 1
    await own.bot.healthy()


async def test_answers_of_502_are_an_outage_like_another(own: House, gateway: HttpProxy, table: Desk) -> None:
    case = await own.case(table)
    gateway.answer_502()
    try:
        raws = [letter(to=table.address, id=new_id("502")) for _ in range(3)]
        for raw in raws:
            await own.deliver(table, raw)
        reply = await case.reply("Through a broken gateway.")

        async def was_asked() -> bool:
            return sum(request.status == 502 for request in gateway.requests) >= 5

        await until(was_asked, "some answers of 502")
    finally:
        gateway.heal()

    for raw in raws:
        await own.mail_event(table, id_of(raw))
    await case.state(reply, "sent")
    await own.quiet(table)
    _each_once(own, table, [id_of(raw) for raw in raws])


async def test_a_429_is_obeyed(own: House, gateway: HttpProxy, table: Desk) -> None:
    case = await own.case(table)
    before = len(gateway.requests)
    gateway.answer_429(retry_after_ms=3000, times=1)
    raws = [letter(to=table.address, id=new_id("429")) for _ in range(4)]
    for raw in raws:
        await own.deliver(table, raw)

    for raw in raws:
        await own.mail_event(table, id_of(raw))

    sends = [request for request in gateway.requests[before:] if "/send/" in request.path]
    (limited,) = [request for request in sends if request.status == 429]
    # Calls that were under way already may still come in; nothing is begun in the pause.
    early = [request for request in sends if limited.at + 1.0 < request.at < limited.at + 2.9]
    assert not early, f"{len(early)} sends in the pause that was asked for"
    _each_once(own, table, [id_of(raw) for raw in raws])
    await case.order("!follow")


async def test_an_answer_that_is_lost_doubles_nothing(own: House, gateway: HttpProxy, table: Desk) -> None:
    case = await own.case(table)
    gateway.disturb(AnswerLost(), path_holds="/send/", times=4)
    try:
        raws = [letter(to=table.address, id=new_id("lost")) for _ in range(3)]
        for raw in raws:
            await own.deliver(table, raw)
        for raw in raws:
            await own.mail_event(table, id_of(raw))
        await own.mail_count(table, 4)
    finally:
        gateway.heal()

    mark = await case.order("!follow")
    await own.quiet(table)
    _each_once(own, table, [id_of(raw) for raw in raws])
    assert len([e for e in own.seen(table.room) if e.reacts_to == mark]) == 1
