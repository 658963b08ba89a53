"""What a conversation becomes by a mail of before that is brought in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.authenticity import is_worse, verdict_of
from bot.domain.conversation import Conversation
from bot.domain.decision import SetTimer
from bot.domain.first_words import first_words
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.participants import correspondent_of, with_incoming, with_named
from bot.domain.retention import BETWEEN, Place, forgets
from bot.domain.rules.recording import with_name
from bot.domain.rules.weight import is_message
from bot.domain.settings import Instance, MailboxSettings


def with_old(
    before: Conversation, arrived: MailArrived | MailUnreadable, mailbox: MailboxSettings, now: datetime
) -> Conversation:
    """Whatever its status is and whoever works in it, it stays as it is, but for who takes part and what is newest."""
    mail, own, at = arrived.mail, mailbox.own_addresses, min(arrived.received_at, now)
    is_out = arrived.place.role is FolderRole.SENT
    after = replace(before, mails=before.mails + 1, folded=before.folded + 1, created_at=min(before.created_at, at))
    if is_out:
        after = replace(after, participants=with_named(before.participants, (*mail.to, *mail.cc), own))
    elif is_message(mail) and not is_worse(verdict_of(mail, mailbox), before.verdict):
        after = replace(after, participants=with_incoming(before.participants, mail, own))
    if not after.correspondent.address:
        asks = correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk)
        after = replace(after, correspondent=asks)
    after = replace(after, correspondent=with_name(after.correspondent, mail.from_))
    if at >= before.changed_at:
        after = replace(after, changed_at=at)
        if is_message(mail) and not is_out:
            after = replace(after, words=first_words(mail))
    return after


def put_off(instance: Instance, mailboxes: Iterable[MailboxId], now: datetime) -> tuple[SetTimer, ...]:
    """What goes by itself waits until a day after the last mail of before: a thread that is not whole looks older."""
    found = (instance.mailbox(one) for one in dict.fromkeys(mailboxes))
    return tuple(SetTimer(Place(one.id).timer, now + BETWEEN) for one in found if one is not None and forgets(one))
