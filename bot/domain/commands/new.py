"""`new`: a conversation that a member begins, with a mail to somebody."""

from bot.domain.command import Answer, Asked, Command, Flags, Headed, Right, Text, Where
from bot.domain.heading import Heading
from bot.domain.needs import Needs
from bot.domain.rules.at_rest import closed
from bot.domain.rules.beginning import acquaintance_with, begun
from bot.domain.rules.told import needs_of_begun
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def _needs(asked: Asked) -> Needs:
    wanted = _wanted(asked)
    if isinstance(wanted, Sentence):
        return ()
    mailbox, heading = wanted
    return [acquaintance_with(mailbox.id, heading), *needs_of_begun(asked, mailbox)]


def _wanted(asked: Asked) -> tuple[MailboxSettings, Heading] | Sentence:
    """The mailbox that it leaves from, and its heading; or what is wrong with it, whoever it is to."""
    called, heading = asked.called, asked.called.heading or Heading()
    if asked.here is not None:
        return sentence("error.new_in_thread", number=int(asked.here.id))
    if heading.is_unclear:
        return sentence("error.new_quotes")
    if not heading.who:
        return sentence("error.new_whom", example=sentence("example.new"))
    if not heading.subject:
        return sentence("error.new_subject", example=sentence("example.new"))
    if not called.text.strip() and asked.file is None:
        return sentence("error.new_empty")
    mailbox = _mailbox(asked, heading)
    return mailbox if isinstance(mailbox, Sentence) else (mailbox, heading)


def _mailbox(asked: Asked, heading: Heading) -> MailboxSettings | Sentence:
    """The room's own, or the one whose address is named."""
    served = [one for one in asked.mailboxes if closed(asked.instance, one.id) is None]
    if not heading.sender:
        if len(served) == 1:
            return served[0]
        return sentence("error.new_from_which", addresses=", ".join(one.address for one in served))
    found = next((one for one in asked.mailboxes if one.own_address(heading.sender) is not None), None)
    if found is not None:
        return closed(asked.instance, found.id) or found
    addresses = (address for one in served for address in one.addresses)
    return sentence("error.new_from", address=heading.sender[:120], addresses=", ".join(addresses))


def _new(asked: Asked) -> Answer:
    wanted = _wanted(asked)
    if isinstance(wanted, Sentence):
        return wanted
    mailbox, heading = wanted
    return begun(asked, mailbox, heading, asked.facts[acquaintance_with(mailbox.id, heading)])


NEW = Command(
    "new",
    "write",
    _new,
    _needs,
    where=Where.ROOM,
    takes=(Headed(), Flags((), has_time=True), Text(is_mailed=True)),
    is_sensitive=True,
    french=("nouveau", "écrire"),
    tried=("compose", "write", "email", "mail"),
    has_more=True,
    right=Right.SEND,
)
