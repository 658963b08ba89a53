"""Whatever changes come together: put into few statements they leave the same rows as one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from bot.domain.conversation import HistoryEntry
from bot.domain.ids import ConversationId, EventId
from storage import events, history, numbers, seen, slots, timers
from storage.database import Conflict, Database, Tx
from storage.schema import metadata
from tests.storage.made import NOW, ROOM, event, later

Change: TypeAlias = Callable[[Tx], Coroutine[Any, Any, None]]
_FEW = st.sampled_from(["a", "b"])
_SECONDS = st.integers(0, 3)
_TABLES = ("timers", "slots", "events", "counters", "history", "seen")


def _change(do: Callable[..., Coroutine[Any, Any, None]], *values: st.SearchStrategy[Any]) -> st.SearchStrategy[Change]:
    """One that can be made again in another transaction."""
    return st.tuples(*values).map(lambda drawn: lambda tx: do(tx, *drawn))


async def _told(tx: Tx, words: str) -> None:
    await history.add(tx, HistoryEntry(ConversationId(1), NOW, None, "history.closed", words))


_CHANGES = st.one_of(
    _change(timers.set, _FEW, _SECONDS.map(later), st.booleans()),
    _change(timers.clear, _FEW, st.one_of(st.none(), _SECONDS.map(later))),
    _change(slots.fill, _FEW, st.just(ROOM), _FEW.map(EventId)),
    _change(slots.empty, _FEW),
    _change(events.add, st.builds(event, _FEW, body=_FEW)),
    _change(events.put, st.builds(event, _FEW, body=_FEW)),
    _change(numbers.taken, _FEW, st.integers(1, 5)),
    _change(seen.mark_seen, _FEW, st.just(NOW)),
    _change(seen.rule_out, _FEW, st.just(NOW)),
    _change(seen.forget, _FEW),
    _change(_told, _FEW),
)


async def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that the changes may have left; rows that number themselves by their order alone."""
    found = {}
    async with database.read() as tx:
        for name in _TABLES:
            table = metadata.tables[name]
            own = table.autoincrement_column if name == "history" else None
            columns = [column for column in table.columns if column is not own]
            order = [own] if own is not None else columns
            found[name] = [tuple(row) for row in await tx.all(select(*columns).order_by(*order))]
    return found


async def _left(database: Database, changes: Sequence[Change], *, at_once: bool) -> object:
    """The rows after all of them, or that they are in conflict."""
    async with database.write() as tx:
        for name in _TABLES:
            await tx.run(metadata.tables[name].delete())
    try:
        async with database.write() as tx:
            for change in changes:
                await change(tx)
                if not at_once:
                    # A question waits for nothing that was asked for before it.
                    await tx.first(select(1))
    except Conflict:
        return "conflict"
    return await _rows(database)


async def test_changes_mean_the_same_in_few_statements_as_one_after_another(database: Database) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.lists(_CHANGES, min_size=2, max_size=12))
    def holds(changes: list[Change]) -> None:
        async def both() -> tuple[object, object]:
            single = await _left(database, changes, at_once=False)
            return single, await _left(database, changes, at_once=True)

        single, together = asyncio.run_coroutine_threadsafe(both(), loop).result(60)
        assert together == single

    await asyncio.to_thread(holds)
