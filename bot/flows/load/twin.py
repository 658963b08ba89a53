"""Reads whether a mail came to another mailbox as well."""

from bot.domain.conversation import Conversation, Direction
from bot.domain.ids import RoomId
from bot.domain.inputs.mail import FolderRole
from bot.domain.mail import Mail
from bot.domain.sameness import Twin, known_copy, of_mail
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


async def stands_there(
    tx: Tx, mail: Mail, mailbox: MailboxSettings, role: FolderRole, conversation: Conversation, instance: Instance
) -> bool:
    """Whether the same mail stands in the conversation by another mailbox: after a move or a merge, those of both come
    to one. Ours that went to another mailbox of that talk comes back in it, too."""
    others = [one for one in instance.mailboxes if one.id != mailbox.id]
    if not others or not mail.message_id:
        return False
    found = await mails.by_id_in(tx, [one.id for one in others], mail.message_id)
    numbers = {one.conversation: one for one in found}
    known = await conversations.several(tx, tuple(numbers))
    there = {one.id for one in known if (await conversations.going_on(tx, one)).id == conversation.id}
    same = [one for one in found if one.conversation in there]
    own = frozenset[str]().union(*(one.own_addresses for one in (mailbox, *others)))
    return known_copy(mail, role, same_raw=None, same_id=same, own=own) is not None
