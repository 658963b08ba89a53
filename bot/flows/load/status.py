"""Reads what the pinned messages of mailboxes show, and what they say by now."""

from collections.abc import Sequence

from bot.domain.condition import StatusShown
from bot.domain.due_snapshots import StatusSnapshot
from bot.domain.ids import MailboxId
from bot.domain.rules.condition_said import status_slot
from bot.domain.settings import Instance
from storage import condition, slots
from storage.database import Tx


async def load_status(
    tx: Tx, mailboxes: Sequence[MailboxId], said: Sequence[StatusShown], instance: Instance
) -> tuple[StatusSnapshot, ...]:
    """One for each of these mailboxes, also of those that were removed; `said` is what all messages say."""
    shown = {one.mailbox: one for one in said}
    found = await condition.of_mailboxes(tx, [one for one in mailboxes if instance.mailbox(one) is not None])
    made = []
    for mailbox in mailboxes:
        known = shown.get(mailbox)
        is_removed = known is not None and instance.mailbox(mailbox) is None
        place = await slots.get(tx, status_slot(mailbox, known.room)) if known is not None and is_removed else None
        made.append(StatusSnapshot(instance, mailbox, found, known, place))
    return tuple(made)
