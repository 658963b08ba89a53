"""How far a person has read a conversation: by their receipts, and by what they wrote there."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.ids import EventId, UserId
from bot.domain.rights import proves_sight
from storage import events, members
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Sight:
    """What was posted until then has been seen."""

    thread: datetime | None
    """In the thread itself."""
    line: datetime | None
    """At a news line of the main timeline, which shows the first words alone."""
    read: datetime | None
    """In the thread, by receipts alone."""

    @property
    def at(self) -> datetime | None:
        """The later of both."""
        return latest(self.thread, self.line)


async def seen_in(tx: Tx, one: Conversation, person: UserId, bot: UserId, *, but: EventId | None = None) -> Sight:
    """
    Args:
        but: the message that is being decided: it proves nothing of what came before.
    """
    read = await members.read_up_to(tx, one.room, person, one.id)
    line = await members.read_up_to(tx, one.room, person, one.id, is_line=True)
    wrote = await events.last_by(tx, one.id, person, but=but) if proves_sight(bot, person, person) else None
    by_receipt = read[1] if read is not None else None
    return Sight(latest(by_receipt, wrote), line[1] if line is not None else None, by_receipt)


def latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
