"""Our edits and reactions are known by the calls that made them, on both databases."""

import json
from datetime import timedelta

from bot.domain.calls import SendEvent
from bot.domain.ids import EventId
from storage import outbox, own_edits, slots
from storage.database import Database, Tx
from storage.outbox import End
from storage.own_edits import OnMessage
from tests.storage.made import NOW, ROOM, later, planned, posted


async def made(tx: Tx, call: SendEvent, event: str) -> None:
    effect = await outbox.add(tx, planned(call), NOW)
    await outbox.close(tx, effect, End.DONE, event, later(5))


async def test_an_edit_is_one_of_what_stands_in_its_place_or_of_what_it_names(database: Database) -> None:
    async with database.write() as tx:
        await slots.fill(tx, "card:1", ROOM, EventId("$card"))
        await made(tx, posted(slot="card:1"), "$shown")
        await made(tx, SendEvent(ROOM, "m.room.message", "{}", edits=EventId("$mail")), "$turned")
        on = json.dumps({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$note", "key": "✅"}})
        await made(tx, SendEvent(ROOM, "m.reaction", on), "$mark")
        found = [await own_edits.get(tx, EventId(one)) for one in ("$shown", "$turned", "$mark")]
    assert found == [OnMessage(EventId(one), later(5)) for one in ("$card", "$mail", "$note")]


async def test_a_message_is_no_edit_of_itself_and_what_is_forgotten_is_none(database: Database) -> None:
    async with database.write() as tx:
        await slots.fill(tx, "card:1", ROOM, EventId("$card"))
        await made(tx, posted(slot="card:1"), "$card")
        await made(tx, posted(), "$words")
        await made(tx, posted(slot="card:1"), "$shown")
        assert [await own_edits.get(tx, EventId(one)) for one in ("$card", "$words", "$nothing")] == [None] * 3
        assert await own_edits.get(tx, EventId("$shown")) is not None
        await outbox.forget_done_before(tx, later(5) + timedelta(days=8))
        assert await own_edits.get(tx, EventId("$shown")) is None


async def test_of_a_call_that_was_repeated_the_first_try_may_have_made_it(database: Database) -> None:
    async with database.write() as tx:
        effect = await outbox.add(tx, planned(SendEvent(ROOM, "m.room.message", "{}", edits=EventId("$mail"))), NOW)
    for second in (1, 60):
        async with database.write() as tx:
            channels = ["chat"]
            (one,) = await outbox.claim(tx, channels=channels, now=later(second), limit=1, owner="")
            await outbox.retry(tx, one.effect, later(second), counts=False, reason="")
    async with database.write() as tx:
        await outbox.close(tx, effect, End.DONE, "$turned", later(61))
        assert await own_edits.get(tx, EventId("$turned")) == OnMessage(EventId("$mail"), later(1))
