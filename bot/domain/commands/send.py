"""`send`, and 📤: a message of the thread is sent as it stands."""

from bot.domain.command import CHOICES, Answer, Asked, Command, Flags, Numbers
from bot.domain.needs import Needs, WorkOf
from bot.domain.rules.reply import send


def _needs(asked: Asked) -> Needs:
    return [_work_of(asked)]


def _work_of(asked: Asked) -> WorkOf:
    (one,) = asked.about
    return WorkOf(one, asked.person, asked.target, None if asked.is_by_hand else asked.event)


def _send(asked: Asked) -> Answer:
    return send(asked, asked.facts[_work_of(asked)])


SEND = Command(
    "send",
    "write",
    _send,
    _needs,
    takes=(Numbers(), Flags(CHOICES)),
    is_sensitive=True,
    french=("envoyer",),
    has_more=True,
)
