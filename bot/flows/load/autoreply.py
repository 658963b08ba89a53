"""Reads what an automatic answer looks at besides: those of the last day."""

from dataclasses import replace
from datetime import datetime

from bot.domain.mail import Mail
from bot.domain.rules.autoreply import ONCE_IN, auto_row
from bot.domain.snapshots import MailSnapshot
from storage import mails
from storage.database import Tx


async def load_autoreply(tx: Tx, known: MailSnapshot, mail: Mail, now: datetime) -> MailSnapshot:
    """The snapshot for a mail of a mailbox that answers by itself."""
    mailbox = known.mailbox.id
    return replace(
        known,
        auto_answers=await mails.auto_answers_since(tx, mailbox, now - ONCE_IN),
        auto_answered=await mails.get(tx, auto_row(mailbox, mail, now)) is not None,
    )
