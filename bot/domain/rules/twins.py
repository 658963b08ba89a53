"""The same mail came to two mailboxes of a room: a conversation in each, and each names the other."""

from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.rules.leading import led
from bot.domain.sameness import Twin
from bot.domain.sentences import sentence
from bot.domain.settings import Instance, MailboxSettings


def twins(fresh: Conversation, mailbox: MailboxSettings, twin: Twin, instance: Instance) -> Decision:
    """A line in each thread; the new one has no card yet for a link to lead to.

    Each names the mailbox to which the other mail came, with which a rule need not have opened it.
    """
    there = twin.conversation
    here = led(fresh, there, "mail.twin", mailbox=instance.address_of(twin.came_to))
    back = sentence("mail.twin", mailbox=mailbox.address, link=f"#{fresh.id}")
    return Decision((), (here, Say(there.room, (back,), EventKind.NOTICE, there.id)))
