"""`python -m benchmarks.kept 1000 [postgresql://…]`: the bytes that a mail takes, table by table, and what is left.

A whole bot on fakes at the ports. Each mail opens a conversation; every second one is answered, every fourth gets a
note, all are closed. Measured with indexes: at once, after nine days, and after the words went by themselves.
`python -m bot.demo.servers.postgres --run python -m benchmarks.kept 1000` measures on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import asyncpg
import structlog

from bot.flows.keep.housekeeping import Housekeeping
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import mail, says

_DAY = 86_400.0
_WORDS = 100
_FLOOR = 5
"""Bytes for each mail, below which a table is left out."""
_ON_SQLITE = """
SELECT m.tbl_name AS name, sum(s.pgsize) AS bytes FROM dbstat s JOIN sqlite_schema m ON m.name = s.name GROUP BY 1
"""
_ON_POSTGRES = "SELECT relname AS name, pg_total_relation_size(relid) AS bytes FROM pg_stat_user_tables"


async def _packed(house: House) -> dict[str, int]:
    """The bytes of each table with its indexes, without the room that deleted rows left."""
    await house.close()
    rows = await _on_postgres(house.url) if house.url else await asyncio.to_thread(_on_sqlite, house.folder)
    await house.open()
    found: dict[str, int] = {}
    for table, size in rows:
        # The full-text index has tables of its own on SQLite.
        name = "sought_words" if table.startswith("sought_words") else table
        found[name] = found.get(name, 0) + size
    return found


def _on_sqlite(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "postroom.db", isolation_level=None)) as database:
        # Else words that went stand in the index until it is merged.
        database.execute("INSERT INTO sought_words (sought_words) VALUES ('optimize')")
        database.execute("VACUUM")
        return [(str(name), int(size)) for name, size in database.execute(_ON_SQLITE)]


async def _on_postgres(url: str) -> list[tuple[str, int]]:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM FULL")
        return [(str(row["name"]), int(row["bytes"])) for row in await connection.fetch(_ON_POSTGRES)]
    finally:
        await connection.close()


async def _fill(house: House, count: int) -> None:
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(3, 9))) for _ in range(5_000)]
    for number in range(1, count + 1):
        words = " ".join(chance.choices(vocabulary, k=_WORDS))
        sender = f"P{number} <p{number}@example.org>"
        house.provider.deliver(mail(id=f"k{number}@example.org", sender=sender, subject=f"Sujet {number}", text=words))
        if number % 50 == 0 or number == count:
            await house.settle((0.0, 4_000.0))
            for one in range(max(1, number - 49), number + 1):
                card = card_of(house, one)
                if one % 4 == 0:
                    await happens(
                        house, says("!note Une note de dix mots pour la mesure.", thread=card), seconds=(0.0,)
                    )
                if one % 2 == 0:
                    await happens(house, says(f"!reply {words[:200]}", thread=card), seconds=(0.0, 30.0))
                await happens(house, says("!close", thread=card), seconds=(0.0, 4_000.0 if one % 10 == 0 else 1.0))


async def measured(count: int, url: str = "") -> Mapping[str, tuple[float, float, float]]:
    """Bytes for each mail that came, by table: at once, after nine days, and without words and originals."""
    with tempfile.TemporaryDirectory() as folder:
        keeps = replace(MAILBOX, keep_words_months=1, hourly_limit=10**6, daily_limit=10**6, fold_after=0)
        house = House(Path(folder), instance=replace(INSTANCE, mailboxes=(keeps,)), url=url)
        await house.open()
        empty = await _packed(house)
        await _fill(house, count)
        at_once = await _packed(house)
        house.clock.forward(9 * _DAY)
        await Housekeeping(house.step).run_once()
        later = await _packed(house)
        house.clock.forward(61 * _DAY)
        await Housekeeping(house.step).run_once()
        await house.settle((0.0, _DAY, *(3.0,) * (count // 5 + 20)))
        bare = await _packed(house)
        await house.close()
    return {
        name: tuple((one.get(name, 0) - empty.get(name, 0)) / count for one in (at_once, later, bare))  # type: ignore[misc]
        for name in sorted(at_once)
    }


def main(arguments: list[str]) -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    count = int(arguments[0]) if arguments else 1_000
    url = arguments[1] if len(arguments) > 1 else os.environ.get("POSTROOM_TEST_POSTGRES", "")
    found = asyncio.run(measured(count, url))
    print("| table | at once | after 9 days | after the words |\n|---|---|---|---|")
    for name, (at_once, later, bare) in found.items():
        if at_once >= _FLOOR:
            print(f"| `{name}` | {at_once:.0f} | {later:.0f} | {bare:.0f} |")
    total = [sum(each[place] for each in found.values()) for place in range(3)]
    print("| together | " + " | ".join(f"{one:.0f}" for one in total) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
