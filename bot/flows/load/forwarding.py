"""Reads what a rule of the house that passes a mail on looks at besides."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.addresses import normal
from bot.domain.house_rules import ruled
from bot.domain.mail import Mail
from bot.domain.snapshots import MailSnapshot
from storage import house_rules, mails
from storage.database import Tx


async def load_forwarding(tx: Tx, known: MailSnapshot, mail: Mail, now: datetime) -> MailSnapshot:
    """The snapshot with how much has left of late, and where the same mail in another mailbox has gone already."""
    mailbox, twin = known.mailbox.id, known.twin
    theirs = ruled(await house_rules.of(tx, (twin.came_to,)), mail) if twin is not None else None
    return replace(
        known,
        sent_last_hour=await mails.sent_since(tx, mailbox, now - timedelta(hours=1)),
        sent_last_day=await mails.sent_since(tx, mailbox, now - timedelta(days=1)),
        passed_by_twin=frozenset(normal(one.reads.forward) for one in theirs.forwards) if theirs else frozenset(),
    )
