"""`active`, `pending`, `close`, and ⏳, ✅: what a conversation waits for."""

from collections.abc import Callable

from bot.domain.command import Answer, Asked, Command
from bot.domain.conversation import Status
from bot.domain.decision import together
from bot.domain.needs import IncomingOf, Needs
from bot.domain.rules import spam


def _needs(asked: Asked) -> Needs:
    """What ends being spam comes back from Junk with all its mails."""
    return [IncomingOf(one.id) for one in asked.about if one.status is Status.SPAM]


def _becomes(status: Status) -> Callable[[Asked], Answer]:
    def rule(asked: Asked) -> Answer:
        return together(
            spam.set_status(
                one,
                asked.facts[IncomingOf(one.id)] if one.status is Status.SPAM else (),
                asked.instance.mailbox(one.mailbox),
                status,
                actor=asked.person,
                now=asked.now,
            )
            for one in asked.about
        )

    return rule


ACTIVE = Command(
    "active",
    "work",
    _becomes(Status.ACTIVE),
    _needs,
    takes_several=True,
    leaves_deed=True,
    aliases=("open", "reopen"),
    french=("rouvrir",),
)
PENDING = Command(
    "pending", "work", _becomes(Status.PENDING), _needs, takes_several=True, leaves_deed=True, french=("attente",)
)
CLOSE = Command(
    "close",
    "work",
    _becomes(Status.CLOSED),
    _needs,
    takes_several=True,
    leaves_deed=True,
    aliases=("done",),
    french=("fermer", "clore"),
    tried=("terminer", "resolve"),
    has_more=True,
)
