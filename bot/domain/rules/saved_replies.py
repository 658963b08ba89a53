"""Saved replies are changed, and put into a conversation (`bot/domain/canned.py`)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.canned import Canned
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision, SaveCanned
from bot.domain.ids import EventId, UserId
from bot.domain.settings import MailboxSettings
from bot.domain.variables import SIGNATURE, Filled, filled, first_name


def saved(one: Canned, before: Canned | None) -> Decision:
    """These words stand under that name from now on; none: nothing does."""
    return Decision((SaveCanned(replace(one, before=before.text if before is not None else "")),))


def taken_back(one: Canned, *, by: UserId, now: datetime) -> Decision:
    """As it was before the command that changed it a moment ago."""
    # Without its command: deleted again, by a colleague as well, it changes nothing more.
    back = replace(one, text=one.before, before=one.text, by=by, at=now, source=EventId(""))
    return Decision((SaveCanned(back),))


def filled_for(one: Canned, conversation: Conversation, mailbox: MailboxSettings, *, me: str, lines: str) -> Filled:
    """The words as they would be sent in this conversation by this person, who has these lines of their own."""
    return filled(one.text, {**values_of(conversation, mailbox), "me": me, SIGNATURE: lines})


def values_of(conversation: Conversation, mailbox: MailboxSettings) -> Mapping[str, str]:
    """The values of variables in a conversation, but the name of who writes."""
    who = conversation.correspondent
    name = who.name if who.name != who.address else ""
    return {
        "name": name,
        "first_name": first_name(name),
        "address": who.address,
        "subject": conversation.subject,
        "number": str(conversation.id),
        "mailbox": mailbox.name,
    }
