"""What mails that are still to leave pass on: it is read when they leave, and stays until then."""

from collections.abc import Sequence

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.ids import ConversationId, RoomId
from bot.domain.rules.whole import passes_on
from bot.domain.settings import Instance
from bot.domain.work import Passing
from bot.flows.load.work import MOST_LEAVING, load_outgoing
from storage import conversations, mails, outbox
from storage.database import Tx


async def passed_on(tx: Tx, instance: Instance, room: RoomId) -> frozenset[ConversationId]:
    """The conversations of mails that stand under one which is still to leave from a mailbox of this room."""
    own = [one.id for one in instance.mailboxes if one.room == room]
    rows = [row for mailbox in own for one in await mails.leaving_of(tx, mailbox, MOST_LEAVING) for row in one.quotes]
    return frozenset(one.conversation for one in await mails.several(tx, tuple(dict.fromkeys(rows))[:MOST_LEAVING]))


async def load_passing(tx: Tx, instance: Instance) -> tuple[Passing, ...]:
    """Mails with a call to come that pass another one on, from mailboxes that are served."""
    leaving = [one for one in await mails.several(tx, await outbox.mails_leaving(tx, MOST_LEAVING)) if passes_on(one)]
    rows = tuple(dict.fromkeys(row for one in leaving for row in one.quotes))
    passed = {one.row: one for one in await mails.several(tx, rows)}
    numbers = tuple({one.conversation for one in (*leaving, *passed.values())})
    known = {one.id: one for one in await conversations.several(tx, numbers)}
    found: list[Passing] = []
    for record in leaving:
        one = known.get(record.conversation)
        if one is not None and instance.mailbox(one.mailbox) is not None:
            of = [passed[row] for row in record.quotes if row in passed and passed[row].conversation in known]
            found += await _passing(tx, one, record, [(mail, known[mail.conversation]) for mail in of], instance)
    return tuple(found)


async def _passing(
    tx: Tx, one: Conversation, record: MailRecord, of: Sequence[tuple[MailRecord, Conversation]], instance: Instance
) -> list[Passing]:
    work = await load_outgoing(tx, one, instance)
    return [Passing(work, record, mail, (await conversations.those_after(tx, its))[-1].id) for mail, its in of]
