"""What mails that are still to leave pass on: it is read when they leave, and stays until then."""

from bot.domain.ids import ConversationId, RoomId
from bot.domain.settings import Instance
from bot.flows.load.work import MOST_LEAVING
from storage import mails
from storage.database import Tx


async def passed_on(tx: Tx, instance: Instance, room: RoomId) -> frozenset[ConversationId]:
    """The conversations of mails that stand under one which is still to leave from a mailbox of this room."""
    own = [one.id for one in instance.mailboxes if one.room == room]
    rows = [row for mailbox in own for one in await mails.leaving_of(tx, mailbox, MOST_LEAVING) for row in one.quotes]
    return frozenset(one.conversation for one in await mails.several(tx, tuple(dict.fromkeys(rows))[:MOST_LEAVING]))
