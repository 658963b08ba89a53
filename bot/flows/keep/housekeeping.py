"""Deletes what is no longer needed: dedupe keys that cannot come back, old calls, files without a row."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

import structlog

from bot.domain.inputs.inside import ClientSecretEnds
from bot.domain.inputs.said import REMEMBERED
from bot.domain.mailed import KEPT as MAILED_KEPT
from bot.domain.merged import PASSWORD, PASSWORD_KEPT, mailbox_scope
from bot.domain.retention import RETENTION, Place, forgets, place_in
from bot.domain.sign_in import days_before
from bot.domain.times import zone
from bot.domain.traces import HEEDED
from bot.flows.step.step import Step
from storage import (
    condition,
    deeds,
    house_deeds,
    mailed,
    naming,
    outbox,
    returned,
    runs,
    search,
    secrets,
    seen,
    settings,
    timers,
)
from storage import events as stored_events
from storage.database import Conflict, StorageAway, Tx

_log = structlog.get_logger("housekeeping")
_CALLS_KEPT = timedelta(days=7)
_BAD_ENDS_KEPT = timedelta(days=180)
"""Calls that were refused, or of which nobody knows: somebody may look for them."""
_EVENTS_OF_NOTHING_KEPT = timedelta(days=180)
"""Messages that belong to no conversation: nobody turns a page of them, or edits them, any more."""
_DEEDS_KEPT = timedelta(days=1)
_RETURNED_KEPT = timedelta(days=365)
"""Addresses from which mail came back, of which nothing was heard since."""
_SWEPT_EVERY = timedelta(days=7)
_UNUSED = timedelta(days=7)
"""A file may have been written before its row, and the database may be away for days in between."""
_PUT_BACK = timedelta(days=30)
"""So long the database that a restore moved aside may be wanted again, with its files."""
_PIECE = 500
"""Rows to a transaction: nobody waits long for the write lock."""
_PAUSE = 0.05
"""Seconds between two pieces, for transactions that waited meanwhile."""


@dataclass(slots=True)
class Housekeeping:
    """Deletes rows from time to time, in pieces."""

    step: Step

    async def run_once(self) -> None:
        """Delete all rows that are old enough, some hundred at a time."""
        now = self.step.clock.now()
        try:
            async with self.step.database.write() as tx:
                await deeds.forget_before(tx, now - _DEEDS_KEPT)
                await house_deeds.forget_before(tx, now - _DEEDS_KEPT)
                await returned.forget_before(tx, now - _RETURNED_KEPT)
                known = self.step.settings.known
                places = ((one.id, one.room, one.config_room or one.room) for one in known.mailboxes)
                await condition.end_unused(tx, (known.config_room, *chain.from_iterable(places)))
            await self._forget_passwords()
            await self._all(lambda tx: mailed.forget_before(tx, now - MAILED_KEPT, _PIECE))
            events = await self._all(lambda tx: seen.forget_before(tx, now - REMEMBERED, _PIECE))
            posts = await self._all(lambda tx: runs.forget_posts(tx, now - HEEDED, _PIECE))
            calls = await self._all(lambda tx: outbox.forget_done_before(tx, now - _CALLS_KEPT, _PIECE))
            await self._all(lambda tx: outbox.forget_bad_ends_before(tx, now - _BAD_ENDS_KEPT, _PIECE))
            await self._all(lambda tx: stored_events.forget_of_nothing(tx, now - _EVENTS_OF_NOTHING_KEPT, _PIECE))
            await self._begin_retention()
        except (Conflict, StorageAway) as away:
            _log.info("put_off", reason=type(away).__name__)
        else:
            _log.info("done", calls=calls, events=events, posts=posts)
        with contextlib.suppress(Conflict, StorageAway):
            await self._warn_of_secrets()
        with contextlib.suppress(Conflict, StorageAway):
            await self._fill_search()
        with contextlib.suppress(Conflict, StorageAway, OSError):
            await self._sweep()

    async def _begin_retention(self) -> None:
        """Set the timer of each mailbox of which something is to go by itself; a pass that is under way has one."""
        wanted = {one.id for one in self.step.settings.known.mailboxes if forgets(one)}
        if not wanted:
            return
        async with self.step.database.write() as tx:
            known = await timers.of_kind(tx, RETENTION)
            under_way = {place_in(one.partition(":")[2]).mailbox for one in known}
            for mailbox in sorted(wanted - under_way):
                await timers.set(tx, Place(mailbox).timer, self.step.clock.now(), keep_earlier=True)
        self.step.timer_woken.set()

    async def _sweep(self) -> None:
        """Delete, once a week, the kept files that no row names."""
        now, folder = self.step.clock.now(), str(self.step.blobs.folder)
        put_back = self.step.put_back
        if put_back is not None and now - put_back.at < _PUT_BACK:
            return
        async with self.step.database.read() as tx:
            before = await naming.swept_at(tx, folder)
        if before is not None and now - before < _SWEPT_EVERY:
            return
        files = await naming.sweep(self.step.database, self.step.blobs, _UNUSED)
        async with self.step.database.write() as tx:
            await naming.note_swept(tx, folder, now)
        _log.info("swept", files=files)

    async def _warn_of_secrets(self) -> None:
        """Tell of client secrets that end soon; each warning is one input, and taken once."""
        now, instance = self.step.clock.now(), self.step.settings.known
        today = now.astimezone(zone(instance.timezone)).date()
        for one in instance.applications:
            days = days_before(one.ends, today) if one.ends is not None else None
            if one.ends is not None and days is not None:
                await self.step.take(ClientSecretEnds(one.provider, one.ends, days, now))

    async def _fill_search(self) -> None:
        """Let old conversations be found, some at a time: years of mail take minutes, and mail comes in meanwhile."""
        is_left, done = True, 0
        while is_left:
            async with self.step.database.write() as tx:
                is_left = await search.fill(tx)
            done += 1
            await asyncio.sleep(_PAUSE if is_left else 0)
        if done > 1:
            _log.info("search_filled")

    async def _forget_passwords(self) -> None:
        """Those of mailboxes that were removed long ago."""
        now = self.step.clock.now()
        async with self.step.database.write() as tx:
            gone = await settings.removed_before(tx, now - PASSWORD_KEPT)
            if not gone:
                return
            await settings.change_alone(tx)
            for mailbox in gone:
                await settings.put(tx, mailbox_scope(mailbox), PASSWORD, None, None, now)
                await secrets.give(tx, mailbox, None)
        _log.info("passwords_forgotten", mailboxes=len(gone))
        await self.step.look_at_settings()

    async def _all(self, forget: Callable[[Tx], Awaitable[int]]) -> int:
        """Piece after piece, until one is not full."""
        gone, piece = 0, _PIECE
        while piece >= _PIECE:
            async with self.step.database.write() as tx:
                piece = await forget(tx)
            gone += piece
            await asyncio.sleep(_PAUSE if piece >= _PIECE else 0)
        return gone
