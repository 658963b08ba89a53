"""`send`, and 📤: a message of the thread is sent as it stands."""

from bot.domain.command import CHOICES, Answer, Asked, Command, Flags, Numbers
from bot.domain.letter import Letter
from bot.domain.needs import Needs
from bot.domain.rules.reply import reply, sent_as_it_stands, work_of
from bot.domain.sentences import Sentence


def _needs(asked: Asked) -> Needs:
    return [work_of(asked)]


def _letter(asked: Asked) -> Letter | Sentence:
    return sent_as_it_stands(asked, asked.facts[work_of(asked)])


def _send(asked: Asked) -> Answer:
    letter = _letter(asked)
    return reply(asked, asked.facts[work_of(asked)], letter) if isinstance(letter, Letter) else letter


SEND = Command(
    "send",
    "write",
    _send,
    _needs,
    _letter,
    takes=(Numbers(), Flags(CHOICES)),
    is_sensitive=True,
    french=("envoyer",),
    has_more=True,
)
