"""An address from which mail of a mailbox came back, as the mailbox remembers it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.ids import MailboxId, MessageRow

TIMES = 2
"""Mails in a row that come back: once may be a full mailbox."""


@dataclass(frozen=True, slots=True)
class Returned:
    """There is none of an address from which nothing ever came back."""

    mailbox: MailboxId
    address: str
    """In its compared form."""
    times: int
    """Mails that came back one after another; 0: something has shown since that one arrived."""
    last: MessageRow
    """The last of them: each recipient's server may send a bounce of its own, and a mail may be sent again."""
    since: MessageRow | None
    """A later mail that a server took for it, and that has not come back."""
    at: datetime

    @property
    def is_bad(self) -> bool:
        return self.times >= TIMES and self.since is None

    @property
    def is_cleared(self) -> bool:
        """Whether something has shown that mail arrives, as far as anybody knows."""
        return self.times == 0 or self.since is not None

    def again(self, row: MessageRow, now: datetime) -> "Returned":
        """A mail to it came back."""
        times = self.times if row == self.last and self.times else self.times + 1
        return replace(self, times=times, last=row, since=None if self.since == row else self.since, at=now)

    def taken(self, row: MessageRow, now: datetime) -> "Returned":
        """A server took a mail for it: one that it took before, and that did not come back, has arrived."""
        has_arrived = self.since is not None and self.since != row
        return replace(self, times=0 if has_arrived else self.times, since=row, at=now)
