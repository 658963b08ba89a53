"""Looks at a start, before any work, whether the database was put back, and what the forgotten run did."""

from collections.abc import Sequence

import structlog

from bot.domain.calls import SendEvent, Submit
from bot.domain.ids import EffectId
from bot.domain.inputs.inside import DatabasePutBack, Receipt
from bot.domain.outcomes import AnyOutcome, MailAccepted, Posted
from bot.domain.rules.draft import submit_key
from bot.domain.rules.scheduling import timer_of_mail
from bot.domain.rules.taking_back import WAITING
from bot.domain.traces import HEEDED, LEFT, OwnEvent, is_put_back, row_of_effect, states_of, worth_asking
from bot.flows.keep.run_marks import RunMarks
from bot.flows.step.step import Step
from bot.ports import SyncBatch
from storage import mails, outbox, runs, timers

_log = structlog.get_logger("restored")


async def look(step: Step, marks: RunMarks, first: SyncBatch) -> None:
    """Take up what a forgotten run did, if there was one; then note that this run is newer.

    Args:
        first: what happened in the rooms since the saved sync token, our own events with it.

    Raises:
        Unavailable, Conflict, StorageAway
    """
    now, own = step.clock.now(), first.own
    noted, outside = await marks.noted(), await marks.outside()
    async with step.database.read() as tx:
        asked = worth_asking(own, instance=tx.instance, noted=noted, now=now)
        forgotten = await runs.forgotten(tx, asked)
    if is_put_back(noted, outside, forgotten):
        since = noted.at if noted is not None else now
        _log.warning("database_put_back", since=since.isoformat(), forgotten=len(forgotten))
        ours = tuple(one for one in own if one.effect or one.answers or one.kind)
        beat = outside.beat if outside is not None else 0
        await step.take(DatabasePutBack(ours, beat, since, now, first.heard))
        await _settle_posted(step, own)
        await _settle_sent(step, own)
        await _settle_waiting(step, own)
    await heed_restore(step)
    await marks.begin(outside)


async def heed_restore(step: Step) -> None:
    """Know of the last time that the database was put back, as it is noted there. Raises: StorageAway."""
    async with step.database.read() as tx:
        found = await runs.put_back(tx)
    step.put_back = found if found is not None and step.clock.now() - found.at < HEEDED else None


async def _settle_posted(step: Step, own: Sequence[OwnEvent]) -> None:
    """Calls that the database still has open, and that the forgotten run made."""
    for one in own:
        named = row_of_effect(one.effect)
        if named is None:
            continue
        async with step.database.read() as tx:
            claimed = await outbox.get(tx, EffectId(named[1]))
        if claimed is None or claimed.transaction != one.effect or not isinstance(claimed.planned.call, SendEvent):
            continue
        await _settle(step, claimed.effect, Posted(one.event))


async def _settle_sent(step: Step, own: Sequence[OwnEvent]) -> None:
    """Mails that the database still has waiting, and that the room says have left: nobody takes them back any more."""
    left = [message_id for message_id, state in states_of(own).items() if state in LEFT]
    for mailbox in step.settings.known.mailboxes:
        async with step.database.read() as tx:
            records = await mails.by_message_id(tx, mailbox.id, left)
            found = [await outbox.get_by_key(tx, submit_key(one)) for one in records if one.state in WAITING]
        for claimed in found:
            if claimed is None or not isinstance(claimed.planned.call, Submit):
                continue
            await _settle(step, claimed.effect, MailAccepted("", claimed.planned.call.recipients))


async def _settle_waiting(step: Step, own: Sequence[OwnEvent]) -> None:
    """Mails that the database still has waiting for their time, and that have left or were taken back."""
    shown = list(states_of(own))
    for mailbox in step.settings.known.mailboxes:
        async with step.database.read() as tx:
            records = await mails.by_message_id(tx, mailbox.id, shown)
        for one in records:
            if one.state in WAITING and not one.is_written:
                async with step.database.write() as tx:
                    await timers.set(tx, timer_of_mail(one.row), step.clock.now())


async def _settle(step: Step, effect: EffectId, outcome: AnyOutcome) -> None:
    """End a call as it ended in the forgotten run, if it is still open here."""
    async with step.database.write() as tx:
        attempt = await outbox.begin(tx, effect)
    if attempt:
        await step.take(Receipt(effect, attempt, outcome, step.clock.now()))
