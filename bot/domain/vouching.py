"""Which server stands on top of a mailbox's mails as the one that looked at their senders (RFC 8601)."""

from dataclasses import dataclass

from bot.domain.ids import MailboxId


@dataclass(frozen=True, slots=True)
class Vouching:
    """The newest mails of a mailbox whose server nobody has named yet."""

    mailbox: MailboxId
    server: str
    """Its name in all of them."""
    count: int
    """How many they are, one after the other."""
    domains: tuple[str, ...]
    """Marks of the domains that they are from, a few."""
    told: str
    """The name that the admins were told last."""


@dataclass(frozen=True, slots=True)
class KeepVouching:
    """It stands so from now on."""

    vouching: Vouching
