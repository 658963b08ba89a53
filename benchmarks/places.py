"""`python -m benchmarks.places`: how much of the house one thing goes through (docs/benchmarks.md).

A whole bot on fakes at the ports and a real SQLite file plays each trip. Counted are the files of the product in which
a function ran, from the input to its last receipt, and the statements at the database.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import event

from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import card_of
from tests.fakes.mail import id_of
from tests.fakes.upgrading import made, upgraded
from tests.fakes.writing import mail, reacts, says

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP = Path(__file__).resolve().parent.parent
_PRODUCT = tuple(str(_TOP / name) + "/" for name in ("bot", "storage"))
_NOT_COUNTED = str(_TOP / "bot" / "demo") + "/"
_PAUSES = (0.0, 25.0, 16.0)
"""Seconds: past an undo window and the pause before a board."""
_MANY = 20


@dataclass(slots=True)
class Count:
    """What was met since it began."""

    files: set[str] = field(default_factory=set)
    reads: int = 0
    writes: int = 0

    def call(self, frame: FrameType, what: str, _: object) -> None:
        if what == "call":
            name = frame.f_code.co_filename
            if name.startswith(_PRODUCT) and not name.startswith(_NOT_COUNTED):
                self.files.add(name)

    def statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            self.reads += 1
        else:
            self.writes += 1


@contextmanager
def counted(house: House) -> Iterator[Count]:
    """Everything that runs and is asked in this block."""
    count = Count()
    assert house.database is not None
    engine = house.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", count.statement)
    threading.setprofile(count.call)
    sys.setprofile(count.call)
    try:
        yield count
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        event.remove(engine, "before_cursor_execute", count.statement)


async def trip(house: House, *inputs: object, delivered: bytes = b"") -> Count:
    """From these inputs, or this mail, to the last receipt. What an idle round asks is not counted."""
    with counted(house) as idle:
        assert not await house.round()
    for one in inputs:
        house.homeserver.happens(one)  # type: ignore[arg-type]
    if delivered:
        house.provider.deliver(delivered)
    with counted(house) as count:
        for pause in _PAUSES:
            house.clock.forward(pause)
            is_busy = True
            while is_busy:
                before = count.reads, count.writes
                is_busy = await house.round()
                if not is_busy:
                    count.reads, count.writes = before
                else:
                    count.reads, count.writes = count.reads - idle.reads, count.writes - idle.writes
    return count


async def _mail_in(house: House) -> Count:
    return await trip(house, delivered=mail(id="counted@example.org", subject="A new one"))


async def _reply(house: House) -> Count:
    count = await trip(house, says("!reply Bonjour, **oui**.", thread=card_of(house)))
    (sent,) = [raw for _, _, raw in house.provider.delivered]
    back = await trip(house, delivered=mail(id="back@example.org", subject="Re: Question", reply_to=id_of(sent)))
    return Count(count.files | back.files, count.reads + back.reads, count.writes + back.writes)


async def _mine(house: House) -> Count:
    return await trip(house, reacts("✋", card_of(house)))


async def _upgrade(house: House) -> Count:
    made(house)
    await trip(house, upgraded())
    return await trip(house, says("!upgrade", room=CONFIG))


async def _help(house: House) -> Count:
    with counted(house) as count:
        await house.step.take(says("!help", thread=card_of(house)))
    return count


async def _close_many(house: House) -> Count:
    for number in range(2, _MANY + 1):
        house.provider.deliver(mail(id=f"many{number}@example.org", subject=f"Question {number}"))
    await house.settle(_PAUSES)
    with counted(house) as count:
        await house.step.take(says("!close " + " ".join(f"#{number}" for number in range(1, _MANY + 1))))
    return count


Trip = Callable[[House], Awaitable[Count]]
TRIPS: dict[str, Trip] = {
    "a mail in": _mail_in,
    "`!reply`, sent, copied, come back": _reply,
    "✋ on a card": _mine,
    "`!upgrade`": _upgrade,
}
TRANSACTIONS: dict[str, Trip] = {
    "`!help` in a thread": _help,
    f"`!close #1 … #{_MANY}`": _close_many,
}
"""Of these the one transaction that decides them is counted."""


async def measure(play: Trip) -> Count:
    """One trip in a house of its own, in which one mail came before."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await house.open()
        try:
            house.provider.deliver(mail())
            await house.settle(_PAUSES)
            return await play(house)
        finally:
            await house.close()


async def _table() -> str:
    lines = ["| trip | files | reads | writes |", "|---|---|---|---|"]
    for name, play in TRIPS.items():
        count = await measure(play)
        lines.append(f"| {name} | {len(count.files)} | {count.reads} | {count.writes} |")
    lines += ["", "| transaction | reads | writes |", "|---|---|---|"]
    for name, play in TRANSACTIONS.items():
        count = await measure(play)
        lines.append(f"| {name} | {count.reads} | {count.writes} |")
    return "\n".join(lines)


def main() -> int:
    """Print both tables."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    print(asyncio.run(_table()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
