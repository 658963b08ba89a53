"""`resend`, and 🔁: a mail goes out again."""

from bot.domain.command import Answer, Asked, Command, Numbers, Right, Words
from bot.domain.needs import Needs
from bot.domain.rules.reply import work_of
from bot.domain.rules.resend import REFUSED, resend
from bot.domain.words import Word


def _needs(asked: Asked) -> Needs:
    return [work_of(asked)] if asked.about else []


def _resend(asked: Asked) -> Answer:
    return resend(asked, asked.facts[work_of(asked)])


RESEND = Command(
    "resend",
    "write",
    _resend,
    _needs,
    takes=(Numbers(), Words((Word(REFUSED, ("refusés", "refusé")),))),
    is_sensitive=True,
    looks_back=True,
    is_of_mail=True,
    french=("renvoyer",),
    tried=("retry", "retenter"),
    has_more=True,
    right=Right.SEND,
)
