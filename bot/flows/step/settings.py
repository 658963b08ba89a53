"""The settings that hold: read in each transaction that writes, and kept for readers outside of one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.domain.ids import MailboxId, RoomId
from bot.domain.merged import Rows, continued, merged
from bot.domain.settings import Instance
from storage import settings
from storage.database import Tx

Listener = Callable[[Instance, Instance], None]
"""A function that is told the instance before and after a change, once this process knows the change."""


@dataclass(slots=True)
class Settings:
    """The settings as this process knows them. A decision reads those of its own transaction (`read`), not `known`."""

    file: Instance
    """What config.yaml says."""
    known: Instance = field(init=False)
    """The instance as of the last transaction that looked: for everything but decisions."""
    listeners: list[Listener] = field(default_factory=list)
    _version: int = 0
    _rows: Rows = field(default_factory=Rows)
    _places: dict[MailboxId, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = self.file
        self._places = _places(self.known)

    async def read(self, tx: Tx) -> Instance:
        """The instance of this transaction, before any change that the transaction makes."""
        return (await self.enter(tx, ""))[0]

    async def enter(self, tx: Tx, key: str) -> tuple[Instance, bool]:
        """The instance of this transaction, and whether an input of this key was decided before."""
        version, was_seen = await settings.enter(tx, key)
        if version > self._version:
            self._rows = await settings.every(tx)
            self._version = version
            self._tell()
        return self.known, was_seen

    def place(self, mailbox: MailboxId | None) -> int | None:
        """The mailbox's place, which names it where no address may stand: given once, and kept."""
        return self._places.get(mailbox) if mailbox is not None else None

    def after(self, moves: Iterable[tuple[RoomId, RoomId]]) -> Instance:
        """The instance after moves of rooms, each from an old room to a new one."""
        values = self._rows.values
        for old, new in moves:
            values = continued(values, old, new)
        return merged(self.file, replace(self._rows, values=values))

    def reload(self, file: Instance) -> None:
        """Take what config.yaml says now."""
        self.file = file
        self._tell()

    def _tell(self) -> None:
        before, self.known = self.known, merged(self.file, self._rows)
        self._places = _places(self.known)
        if before != self.known:
            for listener in self.listeners:
                listener(before, self.known)


def _places(instance: Instance) -> dict[MailboxId, int]:
    return {one.id: place for place, one in instance.placed}
