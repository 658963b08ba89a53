"""Reads whether a rule of the house that opens a conversation in another room may do so."""

from bot.domain.house_rules import Ruled
from bot.domain.rules.opening import may_open, there
from bot.domain.settings import Instance, MailboxSettings
from storage import members
from storage.database import Tx


async def load_opening(tx: Tx, by: Ruled, home: MailboxSettings, instance: Instance) -> MailboxSettings | None:
    """The mailbox of the rule, where whoever made the rule is in both rooms."""
    rule, to = by.opens_with, there(by, home, instance)
    if rule is None or to is None:
        return None
    is_in = await members.joined_among(tx, (to.room, home.room), rule.by)
    return to if may_open(to, home, is_in) else None
