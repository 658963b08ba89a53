"""A conversation goes over to another mailbox of its room: later answers leave from there."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.happening import What
from bot.domain.ids import UserId
from bot.domain.rules.moves import changed
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings


def moved(one: Conversation, to: MailboxSettings, *, actor: UserId, now: datetime) -> Decision:
    """Its mails stay where they lie on the server. An address that was chosen for its answers is none of `to`."""
    after = replace(one, mailbox=to.id, wishes=replace(one.wishes, sender=""))
    decision = changed(one, after, What.MOVED, actor=actor, now=now, detail=to.address)
    told = sentence("move.moved", who=actor, mailbox=to.address)
    return decision + Decision((), (Say(one.room, (told,), EventKind.NOTICE, one.id),))
