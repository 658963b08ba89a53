"""Reads what a rule of the house that passes a mail on looks at besides."""

from dataclasses import replace

from bot.domain.addresses import normal
from bot.domain.house_rules import ruled
from bot.domain.mail import Mail
from bot.domain.rules.forwarding import may_pass_on
from bot.domain.snapshots import MailSnapshot
from storage import house_rules, members
from storage.database import Tx


async def load_forwarding(tx: Tx, known: MailSnapshot, mail: Mail) -> MailSnapshot:
    """The snapshot with where the same mail in another mailbox has gone already, and which of those who pass it on, or
    would get it, have left.
    """
    home, instance = known.mailbox, known.instance
    makers = {one.by for one in known.ruled.forwards}
    owners = {normal(one.reads.forward): instance.owner_of(one.reads.forward) for one in known.ruled.forwards}
    people = makers | {one for one in owners.values() if one is not None}
    present = {one for one in people if home.room in await members.joined_among(tx, (home.room,), one)}
    out = {one for one in makers if not may_pass_on(instance, one, home.id, is_in=one in present)}
    twin = known.twin
    theirs = ruled(await house_rules.of(tx, (twin.came_to,)), mail) if twin is not None else None
    return replace(
        known,
        makers_out=frozenset(out),
        left=frozenset(address for address, owner in owners.items() if owner is not None and owner not in present),
        passed_by_twin=frozenset(normal(one.reads.forward) for one in theirs.forwards) if theirs else frozenset(),
    )
