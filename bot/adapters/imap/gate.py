"""The way in to one server, for a few connections at a time: a thousand mailboxes at once would knock it over.

Measured: of 1,000 connections that came at once Dovecot dropped 750, and the start took two minutes longer.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bot.ports import Unavailable

AT_ONCE: Final = 20
"""Logins under way."""
_OF_THE_SERVER: Final = frozenset({"timeout", "refused", "unreachable", "dns"})
"""Faults of the server: one connection that meets them speaks for all that wait."""


class Gate:
    """A gate shared by the accounts of a server; connections pass in the order they came."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._line: deque[asyncio.Future[None]] = deque()

    def has_line(self) -> bool:
        """Whether somebody waits for a turn."""
        return bool(self._line)

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Connect and log in within the block.

        Raises:
            Unavailable: somebody found meanwhile that the server cannot be reached: its absence is known to all after
                one look, however long the line is.
        """
        await self._enter()
        try:
            yield
        except Unavailable as away:
            if away.reason in _OF_THE_SERVER:
                self._send_away(away)
            raise
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                # The turn came at the moment when the waiting ended.
                self._leave()
            raise

    def _leave(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _send_away(self, away: Unavailable) -> None:
        line, self._line = self._line, deque()
        for turn in line:
            if not turn.done():
                turn.set_exception(Unavailable(away.service, away.reason))
