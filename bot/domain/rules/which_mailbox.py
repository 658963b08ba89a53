"""The mailbox that a command of the config room names, and the answer to one that names none."""

from collections.abc import Sequence

from bot.domain.command import Asked
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def which_mailbox(asked: Asked, among: Sequence[MailboxSettings] | None = None) -> Sentence:
    """The sentence that asks which mailbox is meant, and names them: those of `among`, or all."""
    listed = ", ".join(one.address for one in (asked.instance.mailboxes if among is None else among))
    return sentence("error.which_mailbox", name=asked.called.command.name, addresses=listed)


def the_one_meant(asked: Asked, word: str) -> MailboxSettings | Sentence:
    """The mailbox of that name; without a word the only one, for what harms nobody."""
    found = asked.instance.named(word) if word else asked.instance.the_only_one
    return which_mailbox(asked) if found is None else found


def the_one_named(asked: Asked) -> MailboxSettings | Sentence:
    """The mailbox that is named: nobody stops the mail of one that they did not name."""
    words = asked.called.words
    found = asked.instance.named(words[0]) if len(words) == 1 else None
    return which_mailbox(asked) if found is None else found
