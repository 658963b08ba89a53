"""What comes back as it was before, on real servers: nothing lost, nothing doubled, and people are told."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.demo.matrix_user import MatrixUser
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.copies import PostgresCopy, SqliteCopy, stopped
from tests.e2e.house import TEAM_PASSWORD, WAIT, Case, Desk, House, housed, words
from tests.e2e.letters import id_of, letter, new_id

_REPLIES = 6


async def _new_mails(house: House, desk: Desk, count: int) -> list[str]:
    raws = [letter(to=desk.address, id=new_id("restored")) for _ in range(count)]
    for raw in raws:
        await house.deliver(desk, raw)
    for raw in raws:
        await house.mail_event(desk, id_of(raw))
    return [id_of(raw) for raw in raws]


async def _minutes_six_to_ten(house: House, cases: list[Case]) -> None:
    for number, case in enumerate(cases[:_REPLIES]):
        reply = await case.reply(f"Reply number {number}.")
        await case.state(reply, "sent")
    await cases[6].order(f"!assign {house.bob.user_id}")
    await cases[6].order("!note A word for us")
    await cases[7].order("!close")
    await cases[8].order("!spam")


async def _play(house: House, copy: SqliteCopy | PostgresCopy, *, keeps_matrix: bool) -> None:
    (desk,) = house.desks
    cases = [await house.case(desk) for _ in range(_REPLIES + 3)]
    async with stopped(house):
        await copy.take()
    await _minutes_six_to_ten(house, cases)
    in_the_gap = await _new_mails(house, desk, 6)
    gone = len(house.sink.received)
    assert gone == _REPLIES
    async with stopped(house):
        await copy.put_back()
        if not keeps_matrix:
            shutil.rmtree(house.folder / "data" / "matrix")
    afterwards = await _new_mails(house, desk, 6)
    await house.quiet(desk)

    # Nothing that sends is repeated, and each mail stands once in the room.
    assert len(house.sink.received) == gone
    shown = Counter(e.postroom.get("message_id") for e in house.posted(desk.room, "mail"))
    assert [one for one in (*in_the_gap, *afterwards) if shown[one] != 1] == []
    assert [one for one, times in shown.items() if times != 1] == []
    numbers = Counter(e.conversation for e in house.posted(desk.room, "conversation"))
    assert [one for one, times in numbers.items() if times != 1] == []
    # It is told, once; what was done holds.
    told = [e for e in house.seen(house.config_room) if words("restored.put_back") in e.body]
    assert len(told) == 1
    await cases[0].card("status", "pending")
    await cases[7].card("status", "closed")
    await cases[8].card("status", "spam")
    # And a thread of the gap goes on.
    event = await house.mail_event(desk, in_the_gap[0])
    assert event.thread is not None
    later = Case(house, desk, event.thread, event, in_the_gap[0])
    await later.state(await later.reply("A thread of the gap."), "sent")
    assert len(house.sink.received) == gone + 1


@pytest.mark.parametrize("keeps_matrix", [True, False], ids=["with matrix", "without matrix"])
async def test_a_sqlite_file_that_was_put_back_repeats_and_loses_nothing(
    synapse: Synapse, dovecot: Dovecot, keeps_matrix: bool
) -> None:
    async with housed(synapse, dovecot) as house:
        await _play(house, SqliteCopy(house), keeps_matrix=keeps_matrix)


async def test_a_postgresql_database_that_was_put_back_repeats_and_loses_nothing(
    synapse: Synapse, dovecot: Dovecot, own_postgres: str
) -> None:
    async with housed(synapse, dovecot, database=own_postgres) as house:
        await _play(house, PostgresCopy(own_postgres), keeps_matrix=True)


async def test_a_homeserver_that_was_put_back_gets_anew_what_it_lost(dovecot: Dovecot, tmp_path: Path) -> None:
    folder = tmp_path / "synapse"
    async with Synapse.started(folder) as synapse, housed(synapse, dovecot) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        file, copy = folder / "homeserver.db", folder / "copy.db"
        async with stopped(house):
            await synapse.stop()
            shutil.copy(file, copy)
            await synapse.start()
        in_the_gap = await _new_mails(house, desk, 3)
        async with stopped(house):
            await synapse.stop()
            for tail in ("-wal", "-shm"):
                Path(f"{file}{tail}").unlink(missing_ok=True)
            shutil.copy(copy, file)
            await synapse.start()
        # Her own client would ask from a position that the homeserver does not know.
        name = house.alice.user_id.partition(":")[0].lstrip("@")
        async with MatrixUser.logged_in(synapse.base_url, name, TEAM_PASSWORD) as alice:

            def shown() -> Counter[object]:
                ours = [e for e in alice.events(desk.room) if e.sender == house.bot_id and e.replaces is None]
                return Counter(e.postroom.get("message_id") for e in ours if e.kind == "mail")

            wanted = {case.message_id, *in_the_gap}
            await alice.wait_until(lambda: set(shown()) == wanted, what="what was lost, posted anew", timeout=WAIT)
            assert set(shown().values()) == {1}
            told = [e for e in alice.events(house.config_room) if words("restored.homeserver") in e.body]
            assert len(told) == 1
            event = await alice.wait_for(
                desk.room,
                lambda e: e.postroom.get("message_id") == in_the_gap[0],
                what="a mail of the gap",
                timeout=WAIT,
            )
            assert event.thread is not None
            await alice.say(desk.room, "!reply A thread that was lost.", thread=event.thread)
            await house.sink.wait_for(lambda m: b"A thread that was lost" in m.raw, what="its answer", timeout=WAIT)
