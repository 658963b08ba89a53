"""What is kept of a decision for `!audit` and `!mailbox log`: how a mailbox is set up, and its servers' outages."""

from dataclasses import replace

from bot.domain.audited import Act, AddAudit, Audited
from bot.domain.choices import EVERYBODY, SaveChoice
from bot.domain.condition import BeginOutage, EndOutage
from bot.domain.decision import Block, Change, Decision, SaveCanned, Unblock
from bot.domain.grants import SaveGrant
from bot.domain.house_changes import KeepMailbox, SetPassword, SetValue
from bot.domain.house_rules import DropRule, SaveRule
from bot.domain.ids import MailboxId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.merged import ARCHIVED, AUTOREPLY_SINCE, PAUSED, PLUS, REMOVED, SET, STANDING
from bot.domain.retention import Drop
from bot.domain.teams import SaveTeam

_AWAY = {"imap": Act.IMAP_AWAY, "smtp": Act.SMTP_AWAY}
_BACK = {"imap": Act.IMAP_BACK, "smtp": Act.SMTP_BACK}
_STANDINGS = {PAUSED: Act.PAUSED, ARCHIVED: Act.ARCHIVED, REMOVED: Act.REMOVED, None: Act.RESUMED}


def with_audit(input: Input, decision: Decision) -> Decision:
    """The decision with what is kept of it for `!audit`; a change that is said twice is kept once."""
    who = _who(input)
    audited = [one for change in decision.changes if (one := _audited(change)) is not None]
    # What goes by itself, day by day, would be most of what is kept.
    found = [one for one in audited if one.act is not Act.PURGED or who is not None]
    lines = dict.fromkeys(AddAudit(replace(one, by=who or one.by)) for one in found)
    return replace(decision, changes=(*decision.changes, *lines)) if lines else decision


def _who(input: Input) -> UserId | None:
    """Whose act it is: also that of taking a command back, whose changes name who made them."""
    return input.sender if isinstance(input, TeamMessage | MessageEdited | Reaction | Redacted) else None


def _audited(change: Change) -> Audited | None:
    match change:
        case KeepMailbox(settings, by, goes_on=goes_on):
            if goes_on:
                return Audited(settings.id, Act.READDRESSED, settings.address, by)
            return Audited(settings.id, Act.ADDED, "", by)
        case Drop(one):
            return Audited(one.mailbox, Act.PURGED, "", None)
        case SetPassword(mailbox, secret, by):
            return Audited(mailbox, Act.PASSWORD_BACK if secret is None else Act.PASSWORD, "", by)
        case SetValue(key=key) if key in (PLUS, AUTOREPLY_SINCE):
            return None
        case SetValue(mailbox, key, value, by) if key == STANDING:
            return Audited(mailbox, _STANDINGS[value], "", by)
        case SetValue(mailbox, key, value, by):
            return Audited(mailbox, Act.SET_BACK if value is None else Act.SET, key.removeprefix(SET), by)
        case SaveCanned(one):
            return Audited(one.mailbox, Act.CANNED if one.text else Act.CANNED_REMOVED, one.name, one.by)
        case Block(one):
            # Not whom: what is told of a person must be found where it can be erased.
            return Audited(one.mailbox, Act.BLOCKED, "", one.by)
        case Unblock(mailbox):
            return Audited(mailbox, Act.UNBLOCKED, "", None)
        case SaveTeam(team):
            return Audited(team.mailbox, Act.TEAM if team.people else Act.TEAM_REMOVED, team.name, team.by)
        case SaveRule(rule):
            return Audited(rule.mailbox, Act.RULE_ON if rule.is_on else Act.RULE_OFF, str(rule.number), rule.by)
        case DropRule(mailbox, number):
            return Audited(mailbox, Act.RULE_REMOVED, str(number), None)
        case BeginOutage(one) if one.service in _AWAY:
            return Audited(MailboxId(one.of), _AWAY[one.service], one.reason, None)
        case EndOutage(one) if one.service in _BACK:
            return Audited(MailboxId(one.of), _BACK[one.service], "", None)
        case SaveGrant(grant):
            act = Act.GRANTED if grant.is_on else Act.REVOKED
            return Audited(grant.mailbox, act, f"{grant.what.value}, {grant.person}", grant.by)
        case SaveChoice(one) if one.person == EVERYBODY:
            medium = one.medium.value if one.medium is not None else "default"
            return Audited(one.mailbox, Act.NOTIFY, f"{one.about.value}, {medium}", None)
        case _:
            return None
