"""The answer to a command of the config room that names no mailbox."""

from bot.domain.command import Asked
from bot.domain.sentences import Sentence, sentence


def which_mailbox(asked: Asked) -> Sentence:
    """The sentence that asks which mailbox is meant, and names them."""
    listed = ", ".join(one.address for one in asked.instance.mailboxes)
    return sentence("error.which_mailbox", name=asked.called.command.name, addresses=listed)
