"""What a direct chat gives access to at one moment."""

from dataclasses import dataclass

from bot.domain.direct import Direct
from bot.domain.ids import UserId
from bot.domain.settings import MailboxSettings


@dataclass(frozen=True, slots=True)
class Within:
    """A direct chat as it is now, and the mailboxes that its person may ask about there."""

    chat: Direct
    present: tuple[UserId, ...]
    """The members of the chat, the bot among them."""
    mailboxes: tuple[MailboxSettings, ...] = ()
    """Those whose rooms the person is in."""
    withheld: tuple[MailboxSettings, ...] = ()
    """Those of them that live in encrypted rooms, where the chat is not encrypted: nothing of them is said."""
