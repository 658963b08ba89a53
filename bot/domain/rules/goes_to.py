"""To whom an answer goes, and from which address, as people read it."""

from collections.abc import Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.participants import Addressed, Choice
from bot.domain.rules.draft import answered, newcomers_to_choose, recipients, sender_address, wished_sender
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work

MOST_NAMED: Final = 10
"""Recipients that are named."""


def goes_to(work: Work, whom: Addressed, choice: Choice | None) -> tuple[Sentence, ...]:
    """The recipients of an answer that leaves now, those in copy too, and its sender."""
    sender = wished_sender(work) or sender_address(work, answered(work, choice))
    return (sentence("copies.next", to=listed(whom.to), sender=sender.address), *in_copy(whom))


def who_gets_it(work: Work) -> tuple[Sentence, ...]:
    """The words to choose from after somebody new wrote, each with its recipients. Nothing leaves before that."""
    newest, participants = recipients(work, Choice.THEM), recipients(work, Choice.OTHERS)
    people = newcomers_to_choose(work)
    words = [sentence("question.newcomer", count=len(people), who=", ".join(one.shown for one in people))]
    if participants.to:
        words.append(sentence("question.choose_others", to=listed(participants.everybody)))
    if newest.to:
        words.append(sentence("question.choose_them", to=listed(newest.everybody)))
    if participants.to and newest.to:
        words.append(sentence("question.choose_all"))
    return tuple(words)


def in_copy(whom: Addressed) -> tuple[Sentence, ...]:
    """Those who get copies, seen and unseen."""
    openly = (sentence("copies.cc", cc=listed(whom.cc)),) if whom.cc else ()
    return (*openly, sentence("copies.bcc", bcc=listed(whom.bcc))) if whom.bcc else openly


def listed(people: Sequence[Address]) -> str:
    """Their addresses; of many the first ones, and how many more."""
    named = [one.address for one in people]
    more = [f"+{len(named) - MOST_NAMED}"] if len(named) > MOST_NAMED else []
    return ", ".join((*named[:MOST_NAMED], *more))
