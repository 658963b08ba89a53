"""Reads what a rule of the house that passes a mail on looks at besides."""

from dataclasses import replace

from bot.domain.addresses import normal
from bot.domain.house_rules import ruled
from bot.domain.mail import Mail
from bot.domain.snapshots import MailSnapshot
from storage import house_rules
from storage.database import Tx


async def load_forwarding(tx: Tx, known: MailSnapshot, mail: Mail) -> MailSnapshot:
    """The snapshot with where the same mail in another mailbox has gone already."""
    twin = known.twin
    theirs = ruled(await house_rules.of(tx, (twin.came_to,)), mail) if twin is not None else None
    return replace(
        known,
        passed_by_twin=frozenset(normal(one.reads.forward) for one in theirs.forwards) if theirs else frozenset(),
    )
