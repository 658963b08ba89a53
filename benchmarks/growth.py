"""`python -m benchmarks.growth 1000 10000 100000`: lists, board and cards with so many conversations; long threads.

A whole bot on fakes at the ports and a SQLite file. Each figure is one transaction from the input to its commit, with
all that it reads, decides, renders and plans; the calls to servers are not in it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import text

from benchmarks.old_conversations import conversations_of, mails_of, write_conversations, write_tallies
from bot.domain.ids import MessageRow
from bot.domain.inputs.inside import TimerDue
from bot.domain.rules.moves import board_timer
from storage import search, timers
from storage.codec import mail_to_row
from storage.schema import threads
from tests.fakes.chat import ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.writing import mail, says

_TIMES = 9
_AT_ONCE = 2_000
_YEARS = 5
_MAILBOX = INSTANCE.mailboxes[0].id
Take = Callable[[House, int], Awaitable[object]]


def _said(words: str) -> Take:
    """A command of the main timeline; `{n}` is another conversation each time."""
    return lambda house, turn: house.step.take(says(words.format(n=turn + 10)))


async def _board(house: House, turn: int) -> None:
    assert house.database is not None
    due = house.clock.now() + timedelta(seconds=turn)
    async with house.database.write() as tx:
        await timers.set(tx, board_timer(ROOM), due)
    await house.step.take(TimerDue(board_timer(ROOM), due))


WORK: dict[str, Take] = {
    "`!list` (open), its first page": _said("!list"),
    "`!list closed`, its first page": _said("!list closed"),
    "`!list closed 30`": _said("!list closed 30"),
    "`!list all`, its first page": _said("!list all"),
    "`!list all 30`": _said("!list all 30"),
    "the board": _board,
    "`!assign me #n`: card edit, history, board": _said("!assign me #{n}"),
    "`!show #n`": _said("!show #{n}"),
}
THREAD: dict[str, Callable[[int], str]] = {
    "`!show`": lambda number: f"!show #{number}",
    "`!show all`": lambda number: f"!show all #{number}",
    "`!tag`: card edit": lambda number: f"!tag #{number} t{{n}}",
    "`!cc`: who gets the next answer": lambda number: f"!cc #{number}",
    "`!reply`": lambda number: f"!reply #{number} Bonjour {{n}}.",
}


async def _fill(house: House, count: int) -> None:
    assert house.database is not None
    minutes = min(25.0, _YEARS * 365 * 24 * 60 / count)
    for start in range(1, count + 1, _AT_ONCE):
        some = list(conversations_of(_MAILBOX, ROOM, range(start, min(start + _AT_ONCE, count + 1)), minutes=minutes))
        async with house.database.write() as tx:
            await write_conversations(tx, some)
            await write_tallies(tx, some)
    async with house.database.write() as tx:
        await tx.run(text("ANALYZE"))


async def _timed(house: House, take: Take) -> float:
    times = []
    for turn in range(_TIMES + 1):
        began = time.perf_counter()
        await take(house, turn)
        times.append((time.perf_counter() - began) * 1000)
    return median(times[1:])


async def _of_size(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await house.open()
        await _fill(house, count)
        found = {name: await _timed(house, take) for name, take in WORK.items()}
        await house.close()
        return found


async def _with_thread(mails: int) -> dict[str, float]:
    """One conversation of so many mails, among a thousand others."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await house.open()
        await _fill(house, 1000)
        (one,) = conversations_of(_MAILBOX, ROOM, range(1001, 1002))
        one = replace(one, mails=mails, participants=(one.correspondent.address,))
        both = list(mails_of(one))
        records = [
            replace(
                both[n % 2],
                row=MessageRow(10_000_000 + n),
                message_id=f"long-{n}@example.net",
                date=one.created_at + timedelta(minutes=n),
                folder="",
                uid=0,
                uidvalidity=0,
            )
            for n in range(mails)
        ]
        assert house.database is not None
        async with house.database.write() as tx:
            await write_conversations(tx, [one], with_mails=False)
            await tx.run(threads.mails.insert(), [mail_to_row(record) for record in records])
            await write_tallies(tx, [one])
            for record in records:
                await search.keep_mail(tx, record, record.mailbox)
        found = {name: await _timed(house, _said(words(int(one.id)))) for name, words in THREAD.items()}
        await house.settle((0.0, 25.0, 16.0))
        times = []
        for turn in range(_TIMES):
            raw = mail(id=f"late{turn}@example.org", sender=one.correspondent.address, reply_to=records[-1].message_id)
            house.provider.deliver(raw)
            began = time.perf_counter()
            await house.pumps[0].catch_up(await house.pumps[0].open())
            times.append((time.perf_counter() - began) * 1000)
        found["a mail in"] = median(times)
        await house.close()
        return found


def _table(head: list[str], columns: list[dict[str, float]]) -> None:
    print(f"| ms | {' | '.join(head)} |\n|{' --- |' * (len(head) + 1)}")
    for name in columns[0]:
        print(f"| {name} | {' | '.join(f'{column[name]:.1f}' for column in columns)} |")


async def main(sizes: list[int]) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    _table([f"{size:,}" for size in sizes], [await _of_size(size) for size in sizes])
    _table(["5 mails", "500 mails"], [await _with_thread(count) for count in (5, 500)])


if __name__ == "__main__":
    asyncio.run(main([int(word) for word in sys.argv[1:]] or [1_000, 10_000, 100_000]))
