"""Reads whether a mail came to another mailbox of the room as well."""

from bot.domain.conversation import Direction
from bot.domain.ids import RoomId
from bot.domain.mail import Mail
from bot.domain.sameness import Twin, of_mail
from bot.domain.settings import Instance, MailboxSettings
from storage import conversations, mails
from storage.database import Tx


async def load_twin(tx: Tx, mail: Mail, mailbox: MailboxSettings, room: RoomId, instance: Instance) -> Twin | None:
    """The conversation in the room of the same mail to another mailbox; in another room nobody learns of it.

    A rule may have opened it here with a mail to a mailbox of any room.
    """
    others = [one.id for one in instance.mailboxes if one.id != mailbox.id]
    found = await mails.by_id_in(tx, others, mail.message_id) if others else ()
    same = {r.conversation: r.mailbox for r in found if r.direction is Direction.IN and r.sameness == of_mail(mail)}
    here = (one for one in await conversations.several(tx, tuple(same)) if one.room == room)
    return next((Twin(one, same[one.id]) for one in here), None)
