"""`reply`: an answer to the correspondent, by mail."""

from bot.domain.command import CHOICES, Answer, Asked, Command, Flags, Numbers, Text
from bot.domain.needs import Needs, WorkOf
from bot.domain.question import own_file
from bot.domain.rules import asking
from bot.domain.rules.reply import Letter, reply
from bot.domain.sentences import sentence


def _needs(asked: Asked) -> Needs:
    return [_work_of(asked)]


def _work_of(asked: Asked) -> WorkOf:
    (one,) = asked.about
    return WorkOf(one, asked.person, asked.target, asked.event)


def _reply(asked: Asked) -> Answer:
    """With its words; a flag alone sends what was asked about, to whom it chooses."""
    (one,) = asked.about
    called, work = asked.called, asked.facts[_work_of(asked)]
    is_apart = asked.thread is None or asked.thread != one.root
    letter = Letter(asked.event, called.text, asked.file, called.choice, is_apart=is_apart)
    if called.choice is not None and not called.text.strip() and asked.file is None:
        question = asking.latest(work, asked.now)
        if question is None:
            return sentence("error.option_alone", option=called.choice.value)
        letter = Letter(question.event, question.text, own_file(question), called.choice, is_apart=is_apart)
    return reply(asked, work, letter)


REPLY = Command(
    "reply",
    "write",
    _reply,
    _needs,
    takes=(Numbers(), Flags(CHOICES), Text(is_mailed=True)),
    is_sensitive=True,
    french=("répondre",),
    tried=("answer", "respond", "repli"),
    has_more=True,
)
