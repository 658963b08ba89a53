"""`spam`, `notspam`, and 🚫: into the server's Junk folder, and back."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import together
from bot.domain.needs import IncomingOf, Needs
from bot.domain.rules import spam


def _that_move(asked: Asked, *, are_spam: bool) -> tuple[Conversation, ...]:
    return tuple(one for one in asked.about if (one.status is Status.SPAM) == are_spam)


def _needs_of_ham(asked: Asked) -> Needs:
    return [IncomingOf(one.id) for one in _that_move(asked, are_spam=False)]


def _needs_of_spam(asked: Asked) -> Needs:
    return [IncomingOf(one.id) for one in _that_move(asked, are_spam=True)]


def _spam(asked: Asked) -> Answer:
    return together(
        spam.mark(
            one,
            asked.facts[IncomingOf(one.id)] if one.status is not Status.SPAM else (),
            asked.instance.mailbox(one.mailbox),
            actor=asked.person,
            now=asked.now,
        )
        for one in asked.about
    )


def _notspam(asked: Asked) -> Answer:
    return together(
        spam.unmark(
            one,
            asked.facts[IncomingOf(one.id)],
            asked.instance.mailbox(one.mailbox),
            actor=asked.person,
            now=asked.now,
        )
        for one in _that_move(asked, are_spam=True)
    )


SPAM = Command("spam", "work", _spam, _needs_of_ham, takes_several=True, leaves_deed=True, french=("indésirable",))
NOTSPAM = Command(
    "notspam",
    "work",
    _notspam,
    _needs_of_spam,
    takes_several=True,
    leaves_deed=True,
    french=("légitime",),
    tried=("unspam", "ham"),
)
