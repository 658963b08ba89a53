"""The mailbox that a command of the config room names, and the answer to one that names none."""

from bot.domain.command import Asked
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def which_mailbox(asked: Asked) -> Sentence:
    """The sentence that asks which mailbox is meant, and names them."""
    listed = ", ".join(one.address for one in asked.instance.mailboxes)
    return sentence("error.which_mailbox", name=asked.called.command.name, addresses=listed)


def the_one_named(asked: Asked) -> MailboxSettings | Sentence:
    """The mailbox that is named: nobody stops the mail of one that they did not name."""
    words = asked.called.words
    found = asked.instance.named(words[0]) if len(words) == 1 else None
    return which_mailbox(asked) if found is None else found
