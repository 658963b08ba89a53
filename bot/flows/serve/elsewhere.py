"""Connections of our own to mailboxes that another process serves: for the bytes that only their servers still have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.domain.ids import MailboxId
from bot.ports import Folders


@dataclass(slots=True)
class Elsewhere:
    """One connection for each such mailbox, by the way that holds: an earlier login is closed and forgotten."""

    way: Callable[[MailboxId], object | None]
    """The mailbox's servers and login as of now; None: there is no such mailbox, or no more."""
    made: Callable[[MailboxId], Awaitable[Folders | None]]
    """Raises: StorageAway."""
    _open: dict[MailboxId, tuple[object, Folders]] = field(default_factory=dict)

    async def folders(self, mailbox: MailboxId) -> Folders | None:
        """Those of the mailbox; None where there is no way to it. One at a time.

        Raises:
            StorageAway
        """
        way = self.way(mailbox)
        known = self._open.get(mailbox)
        if known is not None and known[0] == way:
            return known[1]
        if known is not None:
            del self._open[mailbox]
            await known[1].close()
        made = await self.made(mailbox) if way is not None else None
        if made is not None:
            self._open[mailbox] = (way, made)
        return made

    async def close(self) -> None:
        for _, folders in self._open.values():
            await folders.close()
        self._open.clear()
