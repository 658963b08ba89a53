"""What a process and its children cost while something happens: CPU seconds and the peak of memory."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil

_EVERY = 0.05


@dataclass(slots=True)
class Watch:
    """Cost of one process tree; use `watched`."""

    pid: int
    peak: int = 0
    """Bytes resident, children included; a page that several of them share counts once (PSS)."""
    _before: float = field(init=False)

    def __post_init__(self) -> None:
        self._before = self._cpu()
        self.look()

    @property
    def cpu_seconds(self) -> float:
        """User and system time since the watch began, of the process, its living children and those that ended."""
        return self._cpu() - self._before

    def look(self) -> int:
        """Bytes resident now."""
        now = 0
        for process in self._tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                now += process.memory_full_info().pss
        self.peak = max(self.peak, now)
        return now

    def begin(self) -> None:
        """Count CPU from here on."""
        self._before = self._cpu()

    def _cpu(self) -> float:
        spent = 0.0
        for number, process in enumerate(self._tree()):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                # Those that ended count with the one who waited for them; the living ones count for themselves.
                spent += times.user + times.system
                if number == 0:
                    spent += times.children_user + times.children_system
        return float(spent)

    def _tree(self) -> list[psutil.Process]:
        process = psutil.Process(self.pid)
        return [process, *process.children(recursive=True)]


@asynccontextmanager
async def watched(pid: int | None) -> AsyncIterator[Watch]:
    """Look at a process again and again until the block ends."""
    assert pid is not None, "the process does not run"
    watch = Watch(pid)

    async def keep_looking() -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while True:
                watch.look()
                await asyncio.sleep(_EVERY)

    looking = asyncio.create_task(keep_looking())
    try:
        yield watch
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
