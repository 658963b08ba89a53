"""An event loop whose time jumps to the next timer where nothing is ready: an hour takes as long as what is done in it.

Nothing runs beside it: what asks for a thread is run at once, so that the same seed gives the same run.
"""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

graveyard: list[asyncio.Task[object]] = []
"""Tasks of dead processes. Thrown away one by one, each would still run its `finally` in the middle of another life."""


class NothingWillHappen(Exception):
    """Everybody waits for somebody else, and no timer is set."""


class _Jump(selectors.SelectSelector):
    """Waits for nobody: the loop's time goes on instead."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingWillHappen
        if timeout > 0:
            self.loop.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at the time where the loop before it ended."""

    def __init__(self, now: float) -> None:
        self.now = now
        selector = _Jump()
        super().__init__(selector)
        selector.loop = self
        self.set_exception_handler(lambda loop, context: None)

    def time(self) -> float:
        return self.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  handed on to whoever waits for it
            done.set_exception(error)
        return done

    def forget(self) -> None:
        """What was under way is gone: nothing of it is told that it ends, until the graveyard is cleared."""
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            graveyard.append(task)
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]
        self.close()
