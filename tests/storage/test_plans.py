"""No statement walks over a table: each finds its rows by an index, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from storage.database import Database
from tests.storage.every_statement import everything

SMALL = (
    "outages",
    "mailbox_status",
    "waiting_rooms",
    "shunted",
    "sync_tokens",
    "leases",
    "timers",
    "instance",
    "counters",
    "sqlite_sequence",
    "tallies",
    "spaces",
    "room_upgrades",
    "settings",
    "mailboxes",
    "grants",
    "choices",
    "direct_chats",
    "own_settings",
    "own_addresses",
    "notices",
    "vouching",
    "encrypted_rooms",
    "identity_pins",
    "deeds",
    "quiet_news",
    "counted",
)
"""Tables that never have many rows, and what a list is counted in: they may be walked over."""


@contextmanager
def recorded(database: Database) -> Iterator[dict[str, Any]]:
    """The statements that are run meanwhile, as the driver gets them, each with one set of its parameters."""
    found: dict[str, Any] = {}

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        found[statement] = parameters[0] if many else parameters

    engine = database._engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
async def plans(database: Database) -> dict[str, list[str]]:
    """Each statement of storage with the lines of its plan."""
    with recorded(database) as statements:
        async with database.write() as tx:
            await everything(tx)
    found: dict[str, list[str]] = {}
    async with database.write() as tx:
        if not database.is_sqlite:
            # The tables are all but empty here; without this the planner would rightly not bother with an index.
            await tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        for statement, parameters in statements.items():
            if statement.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"):
                rows = (await tx.connection.exec_driver_sql(explain + statement, parameters)).all()
                found[statement] = [str(row[-1]).strip() for row in rows]
    return found


async def test_no_statement_walks_over_a_table(plans: dict[str, list[str]]) -> None:
    walks = [
        (statement, line)
        for statement, lines in plans.items()
        for line in lines
        if _walks(line) and not any(name in line for name in SMALL)
    ]
    assert not walks
    assert len(plans) > 90


def _walks(line: str) -> bool:
    """Whether a line of a plan reads a whole table. An index that is read in order, up to a limit, does not."""
    line = line.removeprefix("->").strip()
    if line.startswith("Seq Scan on"):
        return True
    # `SCAN channels` is the recursive query's own queue; `opened` and `came` are the newest few of a flood, `matching`
    # those of the texts that match, `newest_0` …
    # of a conversation.
    return (
        line.startswith("SCAN ")
        and " INDEX " not in line
        and line.split()[1] not in ("channels", "CONSTANT", "opened", "came", "matching", "newest_0", "newest_1")
    )


async def test_calls_are_claimed_in_the_order_of_an_index(plans: dict[str, list[str]], database: Database) -> None:
    (claim,) = [lines for statement, lines in plans.items() if "NOT (EXISTS" in statement]
    names = ("ix_outbox_order", "ix_outbox_lane", "ix_outbox_lane_sending", "ix_outbox_slot")
    for name in names if database.is_sqlite else names[:1]:
        assert any(name in line for line in claim), name
    assert not any("TEMP B-TREE" in line for line in claim)
