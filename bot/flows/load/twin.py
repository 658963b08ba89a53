"""Reads whether a mail came to another mailbox of the room as well."""

from bot.domain.conversation import Conversation, Direction
from bot.domain.ids import RoomId
from bot.domain.mail import Mail
from bot.domain.sameness import of_mail
from bot.domain.settings import Instance, MailboxSettings
from storage import conversations, mails
from storage.database import Tx


async def load_twin(
    tx: Tx, mail: Mail, mailbox: MailboxSettings, room: RoomId, instance: Instance
) -> Conversation | None:
    """The conversation of the same mail in another mailbox of the room; in another room nobody learns of it."""
    others = [one.id for one in instance.in_room(room) if one.id != mailbox.id]
    found = await mails.by_id_in(tx, others, mail.message_id) if others else ()
    same = next((r for r in found if r.direction is Direction.IN and r.sameness == of_mail(mail)), None)
    one = await conversations.get(tx, same.conversation) if same is not None else None
    return one if one is not None and one.room == room else None
