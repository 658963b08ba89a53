"""What became of a mailbox: how it was set up, by whom (`!audit`), and its servers (`!mailbox log`)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.domain.ids import MailboxId, UserId


class Act(Enum):
    """What was done with a mailbox, or happened to it; the value is the key of its sentence."""

    ADDED = "audit.added"
    READDRESSED = "audit.readdressed"
    SET = "audit.set"
    SET_BACK = "audit.set_back"
    PAUSED = "audit.paused"
    RESUMED = "audit.resumed"
    ARCHIVED = "audit.archived"
    REMOVED = "audit.removed"
    PASSWORD = "audit.password"  # noqa: S105  a key, no password
    PASSWORD_BACK = "audit.password_back"  # noqa: S105
    CANNED = "audit.canned"
    CANNED_REMOVED = "audit.canned_removed"
    BLOCKED = "audit.blocked"
    UNBLOCKED = "audit.unblocked"
    TEAM = "audit.team"
    TEAM_REMOVED = "audit.team_removed"
    RULE_ON = "audit.rule_on"
    RULE_OFF = "audit.rule_off"
    RULE_REMOVED = "audit.rule_removed"
    IMAP_AWAY = "audit.imap_away"
    IMAP_BACK = "audit.imap_back"
    SMTP_AWAY = "audit.smtp_away"
    SMTP_BACK = "audit.smtp_back"
    GRANTED = "audit.granted"
    REVOKED = "audit.revoked"
    NOTIFY = "audit.notify"
    PURGED = "audit.purged"


@dataclass(frozen=True, slots=True)
class Audited:
    """One change. It holds no words of a correspondent, no address of one, and no secret."""

    mailbox: MailboxId
    act: Act
    detail: str
    """The name of what was changed, or why a server is away."""
    by: UserId | None
    """None: the bot itself."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A change as it was kept."""

    audited: Audited
    at: datetime


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddAudit:
    """Keep that this was done."""

    audited: Audited
