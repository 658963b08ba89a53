"""Reads a mail whose time may have come, with its conversation."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.due_snapshots import ScheduledSnapshot
from bot.domain.grants import Right
from bot.domain.ids import MessageRow
from bot.domain.rights import has
from bot.domain.rules.left_behind import waiting_in
from bot.domain.settings import Instance
from bot.domain.traces import OwnEvent
from bot.flows.load.work import load_work
from storage import blocking, conversations, mails, runs
from storage.database import Tx


async def load_scheduled(tx: Tx, row: MessageRow, instance: Instance, now: datetime) -> ScheduledSnapshot:
    """The mail, the work on its conversation as it is now, and what a forgotten run showed of it."""
    record = await mails.get(tx, row)
    conversation = await conversations.get(tx, record.conversation) if record is not None else None
    if record is None or record.author is None or conversation is None:
        return ScheduledSnapshot(None, None)
    shown = frozenset(post.state for post in await runs.posts_of_mail(tx, record.message_id))
    if instance.mailbox(conversation.mailbox) is None:
        return ScheduledSnapshot(record, None, shown=shown)
    work = await load_work(tx, conversation, instance, record.author, now)
    may_send = has(instance, Right.SEND, record.author, conversation.mailbox)
    blocked = await blocking.of(tx, (conversation.mailbox,))
    return ScheduledSnapshot(record, work, shown, may_send, blocked)


async def waiting_known(tx: Tx, own: Sequence[OwnEvent], instance: Instance) -> frozenset[str]:
    """The mails, of those that the room shows as waiting, that the database has."""
    wanted = waiting_in(own)
    found = [await mails.by_message_id(tx, mailbox.id, wanted) for mailbox in instance.mailboxes] if wanted else []
    return frozenset(record.message_id for records in found for record in records)
