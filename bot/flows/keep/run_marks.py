"""Marks of this run's progress, outside of the database too: a database that was put back is older than they are."""

import asyncio
import contextlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from bot.domain.traces import Mark
from bot.flows.keep.outages import disk_reason
from bot.flows.step.step import Step
from bot.ports import Chat, Unavailable
from storage import runs
from storage.database import Conflict, StorageAway, Tx

_log = structlog.get_logger("marks")
_FAR_EVERY = 18
"""Marks in the folder for each mark on the homeserver: one in three minutes, as `ClockWatch` asks for them."""
_FAR_SECONDS = 5.0
"""Whoever notes has the database to watch, too."""
FILE = "run-mark.json"


@dataclass(frozen=True, slots=True)
class NewMark:
    """A mark that is not committed yet."""

    mark: Mark
    instance: str


@dataclass(slots=True)
class RunMarks:
    """Writes each mark into the database first, so that no mark outside is newer than its database."""

    step: Step
    chat: Chat
    folder: Path
    _beat: int = 0
    _count: int = field(default=0)

    async def noted(self) -> Mark | None:
        """The database's own. Raises: Conflict, StorageAway."""
        async with self.step.database.read() as tx:
            return await runs.mark(tx)

    async def outside(self) -> Mark | None:
        """The newest one of this database, in the folder or with our account. Raises: Unavailable, StorageAway."""
        async with self.step.database.read() as tx:
            instance = tx.instance
        near, far = _read(self.folder / FILE), await self.chat.run_mark()
        found = [one for text in (near, far) if text and (one := read_mark(text, instance)) is not None]
        return max(found, key=lambda one: one.beat, default=None)

    async def begin(self, outside: Mark | None) -> None:
        """Mark this run as newer than every run before. Raises: Conflict, StorageAway."""
        noted = await self.noted()
        self._beat = max((one.beat for one in (noted, outside) if one is not None), default=0)
        self._count = 0
        await self.note(far=True)

    async def end(self) -> None:
        """Write the last mark of this run."""
        with contextlib.suppress(Conflict, StorageAway, TimeoutError):
            async with asyncio.timeout(2.0):
                await self.note(far=True)

    async def note(self, *, far: bool = False) -> None:
        """Raises: Conflict, StorageAway."""
        async with self.step.database.write() as tx:
            mark = await self.set(tx)
        await self.keep(mark, far=far)

    async def set(self, tx: Tx) -> "NewMark":
        """In the database first: what is outside is never newer."""
        mark = Mark(self._beat + 1, self.step.clock.now())
        await runs.set_mark(tx, mark)
        return NewMark(mark, tx.instance)

    async def keep(self, new: "NewMark", *, far: bool = False) -> str:
        """Outside as well, once it is committed: in the folder, and now and then with our account."""
        mark, self._beat = new.mark, new.mark.beat
        self._count += 1
        text = json.dumps({"instance": new.instance, "beat": mark.beat, "at": mark.at.isoformat()})
        refused = ""
        try:
            await asyncio.to_thread(_write, self.folder / FILE, text)
        except OSError as fault:
            refused = disk_reason(fault)
            _log.warning("mark_not_written", reason=refused)
        if far or self._count % _FAR_EVERY == 0:
            with contextlib.suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(_FAR_SECONDS):
                    await self.chat.keep_run_mark(text)
        return refused


def read_mark(text: str, instance: str) -> Mark | None:
    """The mark, where it is one of this database."""
    try:
        found = json.loads(text)
        if found["instance"] != instance:
            return None
        at = datetime.fromisoformat(found["at"])
        return Mark(int(found["beat"]), at) if at.tzinfo is not None else None
    except (ValueError, TypeError, KeyError):
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _write(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
