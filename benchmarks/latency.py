"""How long people wait: mail on the server to its card, a reaction to the edited card, a reply to the SMTP server."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.letters import TO, letters
from bot.demo.bot_process import BotProcess
from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.imap_server import PASSWORD
from bot.demo.stage import Stage, staged

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds, one for each time that it was tried."""

    cards: list[float]
    edits: list[float]
    replies: list[float]


class _Room:
    """The team's room as alice's client sees it: the moment at which each event came."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._looked_at = 0
        self._came: list[tuple[RoomEvent, float]] = []
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        while True:
            await self._stage.alice.sync(timeout_ms=10_000)
            at = time.monotonic()
            events = self._stage.alice.events(self._stage.room)
            async with self._news:
                self._came += [(event, at) for event in events[len(self._came) :]]
                self._news.notify_all()

    async def until(self, wanted: Callable[[RoomEvent], bool]) -> tuple[RoomEvent, float]:
        """The first event from the bot that is wanted, and when it came."""
        looked_at = 0
        async with asyncio.timeout(_PATIENCE), self._news:
            while True:
                for event, at in self._came[looked_at:]:
                    looked_at += 1
                    if event.sender == self._stage.bot_id and wanted(event):
                        return event, at
                await self._news.wait()


async def waits(count: int) -> Waits:
    """Each of the three, that many times, one after another, on servers that have nothing else to do."""
    found = Waits([], [], [])
    async with staged(undo_seconds=0) as stage, _delivering(stage) as deliver:
        async with BotProcess.started(stage.config, bind=stage.bind, log=stage.folder / "bot.log"):
            room = _Room(stage)
            listening = asyncio.create_task(room.listen())
            try:
                for number, mail in enumerate(letters(count, answers=0.0, seed=7)):
                    await _once(stage, room, deliver, found, number, mail)
            finally:
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listening
    return found


async def _once(
    stage: Stage, room: _Room, deliver: Callable[[bytes], None], found: Waits, number: int, mail: bytes
) -> None:
    delivered = asyncio.create_task(asyncio.to_thread(deliver, mail))
    started = time.monotonic()
    message_id = f"bench-7-{number}@example.org"
    posted, _ = await room.until(lambda event: event.kind == "mail" and event.postroom["message_id"] == message_id)
    card, at = await room.until(lambda event: event.event_id == posted.thread)
    found.cards.append(at - started)
    await delivered

    started = time.monotonic()
    await stage.alice.react(stage.room, card.event_id, "✋")
    _, at = await room.until(
        lambda event: event.replaces == card.event_id and event.postroom.get("assignee") == stage.alice.user_id
    )
    found.edits.append(at - started)

    thread = card.event_id
    await stage.alice.receipt(stage.room, posted.event_id, thread=thread)
    to = f"personne{number}@example.org"
    started = time.monotonic()
    await stage.alice.say(stage.room, "!reply Bonjour, oui, l'atelier a lieu samedi.", thread=thread)
    sent = await stage.sink.wait_for(lambda mail: to in mail.recipients, what="the reply", timeout=_PATIENCE)
    found.replies.append(sent.at - started)


@asynccontextmanager
async def _delivering(stage: Stage) -> AsyncIterator[Callable[[bytes], None]]:
    """A way to deliver to the inbox that costs no log-in each time."""

    def log_in() -> imaplib.IMAP4:
        client = imaplib.IMAP4(stage.imap.host, stage.imap.port, timeout=_PATIENCE)
        client.login(TO, PASSWORD)
        return client

    client = await asyncio.to_thread(log_in)

    def deliver(mail: bytes) -> None:
        client.append("INBOX", "", "", mail)

    try:
        yield deliver
    finally:
        await asyncio.to_thread(client.logout)
