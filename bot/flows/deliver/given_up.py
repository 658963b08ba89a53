"""Mails to members whose mailbox was archived or removed: nobody makes these calls, and they are told in Matrix."""

from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import OUTDATED, WITHDRAWN, Refused
from bot.flows.step.step import Step
from storage import member_mails, outbox


async def give_up_mails(step: Step) -> None:
    """End what waits of them as what does not leave: a notification is told otherwise, a code counts no more.

    One that is being handed over by now ends first; if it is put off, it is found here.

    Raises:
        Conflict, StorageAway
    """
    gone = {one.id for one in step.settings.known.gone_for_good}
    async with step.database.glance() as tx:
        waiting = await member_mails.waiting_from(tx, gone)
    for effect, call in waiting:
        async with step.database.write() as tx:
            attempt = await outbox.take_from_bot(tx, effect)
        if attempt:
            why = WITHDRAWN if call.since is None else OUTDATED
            await step.take(Receipt(effect, attempt, Refused(why, ""), step.clock.now()))
