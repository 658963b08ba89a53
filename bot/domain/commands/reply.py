"""`reply`: an answer to the correspondent, by mail."""

from bot.domain.command import CHOICES, Asked, Command, Flags, Numbers, Right, Text
from bot.domain.letter import Letter
from bot.domain.options import doubt_in
from bot.domain.question import by_mail, own_file
from bot.domain.rules import asking
from bot.domain.rules.reply import given_by, needs_of_work, replied
from bot.domain.rules.scheduling import time_of
from bot.domain.sentences import Sentence, sentence


def _letter(asked: Asked) -> Letter | Sentence:
    """The letter with the command's words; a flag alone sends the asked-about words to those it chooses."""
    (one,) = asked.about
    called = asked.called
    is_apart = asked.thread is None or asked.thread != one.root
    under = asked.thread if is_apart else None
    at = time_of(asked)
    if isinstance(at, Sentence):
        return at
    if called.choice is None or called.text.strip() or asked.file is not None:
        text, files = called.text, asked.enclosed
        return Letter(
            asked.event,
            text,
            asked.file,
            called.choice,
            is_apart,
            under,
            doubt=called.doubt,
            enclosed=files,
            leaves_at=at,
            given=given_by(asked),
        )
    question = asking.latest(asked, one)
    if question is None:
        return sentence("error.option_alone", option=called.choice.value)
    at = at or question.leaves_at
    file, files = own_file(question), by_mail(question)
    # Whoever says the option now may take it to be none of the words any more.
    doubt = doubt_in(called, question.text)
    return Letter(
        question.event,
        question.text,
        file,
        called.choice,
        is_apart,
        under,
        doubt,
        enclosed=files,
        leaves_at=at,
        given=question.given,
    )


REPLY = Command(
    "reply",
    "write",
    replied(_letter),
    needs_of_work,
    _letter,
    takes=(Numbers(), Flags(CHOICES, has_time=True), Text(is_mailed=True)),
    is_sensitive=True,
    french=("répondre",),
    tried=("answer", "respond", "repli"),
    has_more=True,
    right=Right.SEND,
)
