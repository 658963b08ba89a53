"""What commands changed of mailboxes themselves, kept for as long as deleting the command takes it back."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.blocking import Blocked
from bot.domain.house_rules import HouseRule
from bot.domain.ids import EventId, MailboxId


@dataclass(frozen=True, slots=True)
class SettingWas:
    """A setting of the house (`merged.py`) by its key, before and after; None: none of the house's."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RuleWas:
    """A rule of the house; after it was deleted: None."""

    rule: HouseRule
    after: HouseRule | None


@dataclass(frozen=True, slots=True)
class BlockWas:
    """What is blocked no longer."""

    blocked: Blocked


@dataclass(frozen=True, slots=True)
class HouseDeed:
    """One change of a mailbox by a command."""

    event: EventId
    """The message of the command."""
    mailbox: MailboxId
    at: datetime
    was: SettingWas | RuleWas | BlockWas


@dataclass(frozen=True, slots=True)
class HouseDone:
    """A change, and what stands today in its place: nothing of it goes back where somebody changed it since."""

    deed: HouseDeed
    today: str | HouseRule | Blocked | None

    @property
    def is_as_left(self) -> bool:
        """Whether it is still as the command left it."""
        match self.deed.was:
            case SettingWas(after=after) | RuleWas(after=after):
                return self.today == after
            case BlockWas():
                return self.today is None


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddHouseDeed:
    """Keep a change, so that deleting its command soon takes it back."""

    deed: HouseDeed


@dataclass(frozen=True, slots=True)
class EndHouseDeeds:
    """The changes of this event's command are taken back once."""

    event: EventId


HouseDeedChange = AddHouseDeed | EndHouseDeeds
