"""The same mail came to two mailboxes of a room: a conversation in each, and each names the other."""

from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.rules.leading import led
from bot.domain.sentences import sentence
from bot.domain.settings import Instance


def twins(fresh: Conversation, there: Conversation, instance: Instance) -> Decision:
    """A line in each thread; the new one has no card yet for a link to lead to."""
    here = led(fresh, there, "mail.twin", mailbox=_address(there, instance))
    back = sentence("mail.twin", mailbox=_address(fresh, instance), link=f"#{fresh.id}")
    return Decision((), (here, Say(there.room, (back,), EventKind.NOTICE, there.id)))


def _address(one: Conversation, instance: Instance) -> str:
    mailbox = instance.mailbox(one.mailbox)
    return mailbox.address if mailbox is not None else one.mailbox
