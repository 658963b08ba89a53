"""`notspam`: the conversation goes back to its earlier status, its mails leave the server's Junk folder."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import together
from bot.domain.needs import IncomingOf, Needs
from bot.domain.rules import spam


def _that_are(asked: Asked) -> tuple[Conversation, ...]:
    return tuple(one for one in asked.about if one.status is Status.SPAM)


def _needs(asked: Asked) -> Needs:
    return [IncomingOf(one.id) for one in _that_are(asked)]


def _notspam(asked: Asked) -> Answer:
    return together(
        spam.unmark(
            one,
            asked.facts[IncomingOf(one.id)],
            asked.instance,
            actor=asked.person,
            now=asked.now,
        )
        for one in _that_are(asked)
    )


NOTSPAM = Command(
    "notspam",
    "work",
    _notspam,
    _needs,
    takes_several=True,
    leaves_deed=True,
    selects=(Status.SPAM,),
    french=("légitime",),
    tried=("unspam", "ham"),
)
