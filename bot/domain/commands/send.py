"""`send`, and 📤: a message of the thread is sent as it stands."""

from bot.domain.command import CHOICES, Asked, Command, Flags, Numbers
from bot.domain.letter import Letter
from bot.domain.rules.reply import needs_of_letter, replied, sent_as_it_stands, work_of
from bot.domain.sentences import Sentence


def _letter(asked: Asked) -> Letter | Sentence:
    return sent_as_it_stands(asked, asked.facts[work_of(asked)])


SEND = Command(
    "send",
    "write",
    replied(_letter),
    needs_of_letter,
    _letter,
    takes=(Numbers(), Flags(CHOICES)),
    is_sensitive=True,
    french=("envoyer",),
    has_more=True,
)
