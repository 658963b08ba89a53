"""Whatever changes come together: put into few statements they leave the same rows as one after another."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from bot.domain.audited import Act, Audited
from bot.domain.conversation import HistoryEntry, Status
from bot.domain.ids import ConversationId, EventId, MessageRow
from bot.domain.returned import Returned
from storage import (
    audits,
    conversations,
    cursors,
    events,
    history,
    lists,
    mails,
    numbers,
    outbox,
    planning,
    returned,
    search,
    seen,
    slots,
    timers,
)
from storage.database import Conflict, Database, Tx
from storage.schema import metadata
from storage.schema.calls import outbox as outbox_table
from tests.storage.made import ALICE, BOB, MAILBOX, NOW, ROOM, conversation, event, later, mail, planned, posted

Change: TypeAlias = Callable[[Tx], Coroutine[Any, Any, object]]
_FEW = st.sampled_from(["a", "b"])
_SECONDS = st.integers(0, 3)
_ROWS = st.integers(1, 2)
_TABLES = (
    "timers", "slots", "events", "counters", "history", "audits", "seen", "folder_cursors", "sync_tokens", "mail_references",
    "mails", "followers", "name_words", "tagged", "starred", "tallies", "conversations", "outbox_calls", "outbox", "sought",
    "sought_words", "returned",
)  # fmt: skip
"""All into which something goes that nobody waits for."""


def _change(
    do: Callable[..., Coroutine[Any, Any, object]], *values: st.SearchStrategy[Any]
) -> st.SearchStrategy[Change]:
    """One that can be made again in another transaction."""
    return st.tuples(*values).map(lambda drawn: lambda tx: do(tx, *drawn))


async def _told(tx: Tx, words: str) -> None:
    await history.add(tx, HistoryEntry(ConversationId(1), NOW, None, "history.closed", words))


async def _planned(tx: Tx, lane: str, slots: Sequence[str]) -> None:
    await planning.add_all(tx, [planned(posted(slot=slot), lane=lane) for slot in slots], NOW)


async def _closed(tx: Tx, place: int) -> None:
    """The call that was planned as the first, or the second, where there is one."""
    ids = [row.id for row in await tx.all(select(outbox_table.c.id).order_by(outbox_table.c.id))]
    for id in ids[place : place + 1]:
        await outbox.close(tx, id, outbox.End.DONE, "ref", NOW)


async def _read_to(tx: Tx, folder: str, uid: int) -> None:
    await cursors.set_folder(tx, MAILBOX, folder, cursors.FolderCursor(5, uid, NOW))


async def _came_back(tx: Tx, one: Returned, is_known: bool) -> None:
    before = await returned.of(tx, MAILBOX, [one.address]) if is_known else ()
    await returned.put(tx, one, before[0] if before else None)


_MAILS = st.builds(mail, _ROWS, of=_ROWS, references=st.lists(_FEW, max_size=2).map(tuple), text=_FEW)
_CONVERSATIONS = st.builds(
    conversation,
    _ROWS,
    version=st.integers(0, 2),
    status=st.sampled_from(Status),
    assignee=st.sampled_from([None, ALICE]),
    followers=st.lists(st.sampled_from([ALICE, BOB]), max_size=2, unique=True).map(tuple),
    starred=st.lists(st.sampled_from([ALICE, BOB]), max_size=2, unique=True).map(tuple),
    tags=st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple),
)
_RETURNED = st.builds(
    Returned, st.just(MAILBOX), _FEW, _ROWS, _ROWS.map(MessageRow), st.just(None), _SECONDS.map(later)
)
_CHANGES = st.one_of(
    _change(conversations.save, _CONVERSATIONS),
    _change(conversations.save, st.builds(conversation, _ROWS)),
    _change(conversations.set_root, _ROWS.map(ConversationId), _FEW.map(EventId)),
    _change(mails.add, _MAILS),
    _change(mails.update, _MAILS),
    _change(search.keep_mail, _MAILS, st.just(MAILBOX)),
    _change(search.keep_note, st.builds(event, _FEW), _FEW),
    _change(mails.place, _ROWS.map(MessageRow), _FEW, st.just(5), _ROWS),
    _change(mails.set_event, _ROWS.map(MessageRow), _FEW.map(EventId)),
    _change(_planned, _FEW, st.lists(st.sampled_from(["", "s", "t"]), min_size=1, max_size=3)),
    _change(_closed, st.integers(0, 1)),
    _change(_read_to, _FEW, _ROWS),
    _change(cursors.set_token, _FEW, _FEW),
    _change(timers.set, _FEW, _SECONDS.map(later), st.booleans()),
    _change(timers.take, _FEW, _SECONDS.map(later)),
    _change(slots.fill, _FEW, st.just(ROOM), _FEW.map(EventId)),
    _change(slots.empty, _FEW),
    _change(events.add, st.builds(event, _FEW, body=_FEW)),
    _change(events.put, st.builds(event, _FEW, body=_FEW)),
    _change(numbers.taken, _FEW, st.integers(1, 5)),
    _change(seen.mark_seen, _FEW, st.just(NOW)),
    _change(seen.rule_out, _FEW, st.just(NOW)),
    _change(seen.forget, _FEW),
    _change(_came_back, _RETURNED, st.booleans()),
    _change(returned.clear, st.just(MAILBOX), _FEW, _SECONDS.map(later)),
    _change(_told, _FEW),
    _change(audits.add, st.builds(Audited, st.just(MAILBOX), st.sampled_from(Act), _FEW, st.just(ALICE)), st.just(NOW)),
)


async def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that the changes may have left; rows that number themselves by their order alone."""
    found = {}
    async with database.read() as tx:
        for name in _TABLES:
            table = metadata.tables[name]
            own = table.autoincrement_column if name in ("history", "audits") else None
            columns = [column for column in table.columns if column is not own]
            order = [own] if own is not None else columns
            found[name] = [tuple(row) for row in await tx.all(select(*columns).order_by(*order))]
    for name in ("outbox", "outbox_calls"):
        # Numbers go on from one transaction to the next: what counts is their order.
        assert metadata.tables[name].columns.keys()[0] == "id"
        found[name] = [(place, *row[1:]) for place, row in enumerate(found[name])]
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


def test_every_table_into_which_something_goes_that_nobody_waits_for_is_among_them() -> None:
    named: set[str] = set()
    for file in Path(planning.__file__).parent.glob("*.py"):
        module = importlib.import_module(f"storage.{file.stem}")
        for statement in re.findall(r"\.later\(\s*(.+?),", file.read_text(encoding="utf-8")):
            for name in re.findall(r"\b_?[A-Z][A-Z_]+\b", statement):
                found = re.search(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', str(getattr(module, name)))
                assert found is not None, name
                named.add(found[1])
    # These make their statements for each of their tables.
    named.update(one.table.name for one in vars(lists).values() if isinstance(one, lists.List))
    assert named == set(_TABLES)
