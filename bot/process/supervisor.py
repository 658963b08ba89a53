"""Tells systemd how the process does (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names. No library."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from bot.process.health import SILENT, HealthStatus

_log = structlog.get_logger("supervisor")
_STATUS_EACH: Final = 10.0
"""Seconds; `systemctl status` shows what was told last."""
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who started us and wants to hear; nobody where `path` is empty: then nothing is done."""

    path: str = ""
    watchdog: float = 0.0
    """Seconds within which a word is expected; 0: none is."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Supervisor:
        """By what systemd left in the environment. A watchdog of another process is none of ours."""
        watchdog = 0.0
        if environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()):
            with contextlib.suppress(ValueError):
                watchdog = int(environment.get("WATCHDOG_USEC", "0")) / 1_000_000
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog)

    def ready(self) -> None:
        self._tell("READY=1")

    def reloading(self) -> None:
        # The time is that of CLOCK_MONOTONIC, in microseconds; older versions of systemd pass over it.
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    async def watch(self, health: Callable[[], Awaitable[HealthStatus]]) -> None:
        """Say how we do, and that we live while the loop turns; until cancelled.

        A file that says neither yes nor no is ours alone: a start frees it. A server that does is away, however long it
        takes to be known so, and is waited for.
        """
        if not self.path:
            return
        pause = min(_STATUS_EACH, self.watchdog / 3) if self.watchdog else _STATUS_EACH
        while True:
            status = await self._asked(health)
            if status is None:
                self._tell("STATUS=unknown" + ("\nWATCHDOG=1" if self.watchdog else ""))
                await asyncio.sleep(pause)
                continue
            is_silent = any((one.service, one.reason) == ("database", SILENT) for one in status.problems)
            lives = status.database != "sqlite" or not is_silent
            self._tell(f"STATUS={_words(status)}" + ("\nWATCHDOG=1" if lives and self.watchdog else ""))
            await asyncio.sleep(pause)

    async def _asked(self, health: Callable[[], Awaitable[HealthStatus]]) -> HealthStatus | None:
        """None: there is a fault in looking, which must not end a bot that works."""
        try:
            return await health()
        except Exception:  # noqa: BLE001  whatever it is, the bot works on, and systemd is to know that
            _log.exception("health_failed")
            return None

    def _tell(self, words: str) -> None:
        if not self.path:
            return
        # A name that begins with @ stands in no file system (unix(7), "abstract").
        address = "\0" + self.path[1:] if self.path.startswith("@") else self.path
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out,
        ):
            # Somebody who does not read must not hold us up.
            out.setblocking(False)
            out.sendto(words.encode(), address)


def _words(status: HealthStatus) -> str:
    """One line, by places: it stands in the journal."""
    if not status.reasons:
        return f"ok, {status.mailboxes} mailboxes"
    shown = [
        f"{one.service} {one.reason}" + (f" (mailbox {one.mailbox})" if one.mailbox is not None else "")
        for one in status.reasons[:_SHOWN]
    ]
    more = len(status.reasons) - len(shown)
    return (
        ("degraded: " if status.can_work else "cannot work: ")
        + ", ".join(shown)
        + (f" and {more} more" if more else "")
    )
