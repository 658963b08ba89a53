"""`resend`, and 🔁: a mail goes out again."""

from bot.domain.command import Answer, Asked, Command, Numbers, Right, Words
from bot.domain.needs import Needs, OutgoingOf
from bot.domain.rules.resend import REFUSED, resend
from bot.domain.words import Word


def _needs(asked: Asked) -> Needs:
    return [OutgoingOf(one) for one in asked.about]


def _resend(asked: Asked) -> Answer:
    (one,) = asked.about
    return resend(asked, asked.facts[OutgoingOf(one)])


RESEND = Command(
    "resend",
    "write",
    _resend,
    _needs,
    takes=(Numbers(), Words((Word(REFUSED, ("refusés", "refusé")),))),
    is_sensitive=True,
    looks_back=True,
    french=("renvoyer",),
    tried=("retry", "retenter"),
    has_more=True,
    right=Right.SEND,
)
