"""Reads what the decision on an imported mail looks at: where it belongs, by the rule of mails that arrive."""

from datetime import datetime

from bot.domain.ids import ConversationId
from bot.domain.inputs.imported import MOST_NUMBER, ConversationImported
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.participants import correspondent_of
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot
from bot.domain.stories.carried import CARRIED
from bot.flows.load.matched import load_matched, numbers_for
from bot.flows.load.receipt import Gone
from bot.flows.load.retention import was_here
from storage import conversations, history, mails, persons
from storage.database import Tx


async def load_imported(
    tx: Tx, input: MailArrived | MailUnreadable, instance: Instance, signer: Signer, now: datetime
) -> MailSnapshot:
    """Raises:
    Gone: there is no such mailbox any more.
    """
    mailbox = instance.mailbox(input.place.mailbox)
    if mailbox is None:
        raise Gone(input.place.mailbox)
    mail = input.mail
    matched = await load_matched(tx, input, mailbox, instance, signer)
    number, earlier, note = ConversationId(0), tuple[ConversationId, ...](), ""
    opens = matched.conversation is None and matched.copy_of is None
    is_gone = opens and not matched.same_id and await was_here(tx, mailbox.id, input, now)
    if opens and not is_gone:
        following, given = await numbers_for(tx, mail.message_id, mailbox.room)
        number = following if given is None else given
        own = mailbox.own_addresses
        asks = correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk).address
        earlier, note = await persons.known_of(tx, mailbox.id, asks) if asks else ((), "")
    return MailSnapshot(
        instance,
        mailbox,
        signer,
        matched.copy_of,
        matched.same_id,
        matched.match,
        matched.conversation,
        None,
        number,
        earlier,
        note=note,
        was_here=is_gone,
    )


async def load_carried(tx: Tx, input: ConversationImported, instance: Instance, signer: Signer) -> MailSnapshot:
    """As for one mail; `same_id` are the mails of it that are here, `conversation` the one of the first of them.

    Raises:
        Gone: there is no such mailbox any more.
    """
    mailbox = instance.mailbox(input.mailbox)
    if mailbox is None:
        raise Gone(input.mailbox)
    ids = tuple(one.mail.mail.message_id for one in input.mails)
    known = await mails.by_message_id(tx, mailbox.id, ids)
    conversation, was_here = await conversations.get(tx, known[0].conversation) if known else None, False
    if conversation is not None:
        was_here = await history.has(tx, conversation.id, CARRIED, input.there)
        conversation = await conversations.going_on(tx, conversation)
    following = await conversations.next_number(tx)
    # A number that was given before leads somewhere, or did: it is given to nobody else.
    number = ConversationId(input.number) if following <= input.number <= MOST_NUMBER else following
    whose = input.correspondent.address
    earlier, note = await persons.known_of(tx, mailbox.id, whose) if whose else ((), "")
    return MailSnapshot(
        instance,
        mailbox,
        signer,
        None,
        known,
        None,
        conversation,
        None,
        number,
        earlier,
        note=note,
        was_here=was_here,
    )
